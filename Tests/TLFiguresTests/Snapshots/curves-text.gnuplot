set terminal dumb noenhanced ansi256 size 80,24
set encoding utf8
set decimalsign ','
set multiplot
reset
set origin 0,0; set size 1,1
set border 3 linecolor rgb '#154015'; set tics nomirror scale 0 textcolor default
unset key
set title 'Потери по шагам' noenhanced
set key bmargin center horizontal Left reverse samplen 1.4 spacing 1.1 maxcols 2
set xrange [0.88:4.12]
set xlabel 'шаг' noenhanced
set xtics ('1' 1, '2' 2, '3' 3, '4' 4) noenhanced
set yrange [0.07976540348477756:0.4419870449209151]
set tmargin 2
set label 2 'потери, нат' at screen 0, graph 1 left offset 1,1
set ytics ('0,1' 0.1, '0,2' 0.2, '0,3' 0.3, '0,4' 0.4) noenhanced
set arrow from 3.2, graph 0 to 3.2, graph 1 nohead back linecolor rgb '#154040'
set label 3 'лучшая эпоха' at 3.2, graph 1 right offset -0.5,-0.6
$d1 << EOD
1 0.35
2 0.2333333333333333
3 0.175
4 0.13999999999999999
EOD
$d2 << EOD
1 0.42857142857142855
2 0.3
3 0.23076923076923078
4 0.1875
EOD
plot $d1 using 1:2 with lines linecolor rgb '#0072B2' title 'обучение, среднее соседних', \
  $d2 using 1:2 with lines linecolor rgb '#D55E00' title 'проверка'
unset multiplot
