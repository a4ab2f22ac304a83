set terminal svg noenhanced size 397,255 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
set encoding utf8
set decimalsign ','
set multiplot
reset
set origin 0,0; set size 1,1
set border 3 linecolor rgb '#666666' linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid linecolor rgb '#E6E6E6' linetype 1 linewidth 0.6 back
set style fill solid 1 noborder
set bars small
unset key
set label 2 'Потери по шагам' at screen 0.5, screen 0.9556 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set xrange [0.88:4.12]
set xtics ('1' 1, '2' 2, '3' 3, '4' 4) noenhanced
set yrange [0.07976540348477756:0.4419870449209151]
set ytics ('0,10' 0.1, '0,15' 0.15, '0,20' 0.2, '0,25' 0.25, '0,30' 0.3, '0,35' 0.35, '0,40' 0.4) noenhanced
set arrow from 3.2, graph 0 to 3.2, graph 1 nohead back linecolor rgb '#666666' dashtype 3 linewidth 1
set label 3 'лучшая эпоха' at 3.2, graph 1 center offset 0,0.45 textcolor rgb '#666666' font 'DejaVu Sans,7.5'
$d1 << EOD
1 0.339409434132834
2 0.22923216324522977
3 0.14938212842773516
4 0.09318101983426413
EOD
$d2 << EOD
1 0.35
2 0.2333333333333333
3 0.175
4 0.13999999999999999
EOD
$d3 << EOD
1 0.42857142857142855
2 0.3
3 0.23076923076923078
4 0.1875
EOD
set lmargin at screen 0.119; set rmargin at screen 0.9714; set tmargin at screen 0.8667; set bmargin at screen 0.2085
set label 4 'шаг' at screen 0.5452, screen 0.1033 center textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 5 'потери, нат' at screen 0.0229, screen 0.5376 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
set arrow from screen 0.2086, screen 0.0406 to screen 0.2514, screen 0.0406 nohead linewidth 1.6 dashtype 1 linecolor rgb '#0072B2' front
set label 6 'обучение, среднее соседних' at screen 0.2621, screen 0.0406 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set arrow from screen 0.6299, screen 0.0406 to screen 0.6728, screen 0.0406 nohead linewidth 1.6 dashtype 1 linecolor rgb '#D55E00' front
set label 7 '' at screen 0.6514, screen 0.0406 point pointtype 5 pointsize 0.5 linecolor rgb '#D55E00' front font 'DejaVu Sans,7.5'
set label 8 'проверка' at screen 0.6835, screen 0.0406 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
plot $d1 using 1:2 with lines linewidth 0.8 linecolor rgb '#A60072B2' notitle, \
  $d2 using 1:2 with lines linewidth 1.8 dashtype 1 linecolor rgb '#0072B2' notitle, \
  $d3 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 5 pointsize 0.5 linecolor rgb '#D55E00' notitle
unset multiplot
