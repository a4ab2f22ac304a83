set terminal svg noenhanced size 397,241 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
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
set label 2 'full_fine_tuning on rubert-tiny2, seed 1' at screen 0.5, screen 0.9529 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set xrange [-0.6:1.6]
set xtics ('до' 0, 'после' 1) noenhanced
set yrange [0:5.044]
set ytics ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4, '5' 5) noenhanced
set grid noxtics ytics; set xtics scale 0
$d1 << EOD
0 3.1 -0.36800000000000005 0.36800000000000005 0 3.1
1 4.62 0.6319999999999999 1.368 0 4.62
EOD
$d2 << EOD
0 2.9 0 0.3999999999999999
1 4.4 0 0.4499999999999993
EOD
set lmargin at screen 0.0819; set rmargin at screen 0.9714; set tmargin at screen 0.9; set bmargin at screen 0.0985
set label 3 'потери, нат' at screen 0.0229, screen 0.4992 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
plot $d1 using 1:2:3:4:5:6 with boxxyerror fillcolor rgb '#000072B2' fillstyle solid 1 noborder notitle, \
  $d2 using 1:2:3:4 with vectors nohead linewidth 1.4 linecolor rgb '#333333' notitle
unset multiplot
