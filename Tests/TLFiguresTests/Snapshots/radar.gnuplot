set terminal svg noenhanced size 397,340 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
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
set label 2 'Качество, ресурсы, скорость' at screen 0.5, screen 0.9667 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set tmargin 2.2
unset border; unset tics; unset grid
set key bmargin center horizontal Left reverse samplen 1.4 spacing 1.1 maxcols 2 font 'DejaVu Sans,8.5' textcolor rgb '#333333'
set size ratio -1
set xrange [-2.55:2.55]
unset xtics
set yrange [-1.62:1.45]
unset ytics
$d1 << EOD
7.347880794884118e-18 0.12
0.11412678195541842 0.03708203932499369
0.07053423027509677 -0.0970820393249937
-0.07053423027509675 -0.0970820393249937
-0.11412678195541844 0.037082039324993675
7.347880794884118e-18 0.12
EOD
$d2 << EOD
3.4290110376125894e-17 0.56
0.532591649125286 0.17304951684997055
0.329159741283785 -0.45304951684997063
-0.32915974128378495 -0.45304951684997063
-0.5325916491252861 0.1730495168499705
3.4290110376125894e-17 0.56
EOD
$d3 << EOD
6.123233995736766e-17 1
0.9510565162951535 0.3090169943749474
0.5877852522924731 -0.8090169943749475
-0.587785252292473 -0.8090169943749475
-0.9510565162951536 0.3090169943749473
6.123233995736766e-17 1
EOD
$d4 << EOD
0 0
6.123233995736766e-17 1
EOD
set label 3 'macro-F1' at 0, 1.236 center textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 4 '0,81 → 0,89' at 0, 1.096 center textcolor rgb '#666666' font 'DejaVu Sans,7.5'
$d5 << EOD
0 0
0.9510565162951535 0.3090169943749474
EOD
set label 5 'доля обучаемых' at 1.051, 0.392 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 6 '1 → 1e−4' at 1.051, 0.252 left textcolor rgb '#666666' font 'DejaVu Sans,7.5'
$d6 << EOD
0 0
0.5877852522924731 -0.8090169943749475
EOD
set label 7 'обучение, с' at 0.65, -0.914 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 8 '45 → 4' at 0.65, -1.054 left textcolor rgb '#666666' font 'DejaVu Sans,7.5'
$d7 << EOD
0 0
-0.587785252292473 -0.8090169943749475
EOD
set label 9 'память, МБ' at -0.65, -0.914 right textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 10 '1100 → 610' at -0.65, -1.054 right textcolor rgb '#666666' font 'DejaVu Sans,7.5'
$d8 << EOD
0 0
-0.9510565162951536 0.3090169943749473
EOD
set label 11 'тексты/с' at -1.051, 0.392 right textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 12 '290 → 300' at -1.051, 0.252 right textcolor rgb '#666666' font 'DejaVu Sans,7.5'
$d9 << EOD
5.449678256205721e-17 0.8899999999999998
0.9503032042030386 0.3087722284388088
0.38593119491983846 -0.5311887192335021
-0.38721852946940877 -0.5329605832331287
-0.9510565162951536 0.3090169943749473
5.449678256205721e-17 0.8899999999999998
EOD
$d10 << EOD
6.123233995736766e-17 1
0.11412678195541842 0.03708203932499369
0.07053423027509677 -0.0970820393249937
-0.07053423027509675 -0.0970820393249937
-0.11412678195541844 0.037082039324993675
6.123233995736766e-17 1
EOD
$d11 << EOD
7.347880794884118e-18 0.12
0.9510565162951535 0.3090169943749474
0.5877852522924731 -0.8090169943749475
-0.587785252292473 -0.8090169943749475
7.347880794884118e-18 0.12
EOD
set label 13 'центр — худшее, край — лучшее из сравниваемых' at graph 0.5, graph 0.015 center textcolor rgb '#666666' font 'DejaVu Sans,7.5'
plot $d1 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d2 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d3 using 1:2 with lines linewidth 1.0 linecolor rgb '#AAAAAA' notitle, \
  $d4 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d5 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d6 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d7 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d8 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d9 using 1:2 with filledcurves closed fillcolor rgb '#E60072B2' notitle, \
  $d9 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 7 pointsize 0.6 linecolor rgb '#0072B2' title 'LoRA', \
  $d10 using 1:2 with filledcurves closed fillcolor rgb '#E6D55E00' notitle, \
  $d10 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 5 pointsize 0.6 linecolor rgb '#D55E00' title 'полное дообучение', \
  $d11 using 1:2 with filledcurves closed fillcolor rgb '#E6009E73' notitle, \
  $d11 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 9 pointsize 0.6 linecolor rgb '#009E73' title 'проба'
unset multiplot
