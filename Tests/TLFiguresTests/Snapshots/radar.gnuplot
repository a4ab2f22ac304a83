set terminal svg noenhanced size 397,325 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
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
set label 2 'Качество, ресурсы, скорость' at screen 0.5, screen 0.9651 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
unset border; unset tics; unset grid
set xrange [-1.6758:1.6758]; set yrange [-1.33106:1.41296]
set lmargin at screen 0; set rmargin at screen 1; set tmargin at screen 1; set bmargin at screen 0
set label 3 'macro-F1' at screen 0.5, screen 0.9088 center textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 4 '0,81 → 0,89' at screen 0.5, screen 0.8774 center textcolor rgb '#666666' font 'DejaVu Sans,7.5'
set label 5 'доля обучаемых' at screen 0.8007, screen 0.6302 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 6 '1 → 1e−4' at screen 0.8007, screen 0.5988 left textcolor rgb '#666666' font 'DejaVu Sans,7.5'
set label 7 'обучение, с' at screen 0.6859, screen 0.1618 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 8 '45 → 4' at screen 0.6859, screen 0.1304 left textcolor rgb '#666666' font 'DejaVu Sans,7.5'
set label 9 'память, МБ' at screen 0.3141, screen 0.1618 right textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 10 '1100 → 610' at screen 0.3141, screen 0.1304 right textcolor rgb '#666666' font 'DejaVu Sans,7.5'
set label 11 'тексты/с' at screen 0.1993, screen 0.6302 right textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 12 '290 → 300' at screen 0.1993, screen 0.5988 right textcolor rgb '#666666' font 'DejaVu Sans,7.5'
set label 13 'центр — худшее, край — лучшее из сравниваемых' at screen 0.5, screen 0.0803 center textcolor rgb '#666666' font 'DejaVu Sans,7.5'
set arrow from screen 0.209, screen 0.0318 to screen 0.2519, screen 0.0318 nohead linewidth 1.6 dashtype 1 linecolor rgb '#0072B2' front
set label 14 '' at screen 0.2305, screen 0.0318 point pointtype 7 pointsize 0.5 linecolor rgb '#0072B2' front font 'DejaVu Sans,7.5'
set label 15 'LoRA' at screen 0.2626, screen 0.0318 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set arrow from screen 0.3538, screen 0.0318 to screen 0.3967, screen 0.0318 nohead linewidth 1.6 dashtype 1 linecolor rgb '#D55E00' front
set label 16 '' at screen 0.3752, screen 0.0318 point pointtype 5 pointsize 0.5 linecolor rgb '#D55E00' front font 'DejaVu Sans,7.5'
set label 17 'полное дообучение' at screen 0.4074, screen 0.0318 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set arrow from screen 0.6692, screen 0.0318 to screen 0.7121, screen 0.0318 nohead linewidth 1.6 dashtype 1 linecolor rgb '#009E73' front
set label 18 '' at screen 0.6907, screen 0.0318 point pointtype 9 pointsize 0.5 linecolor rgb '#009E73' front font 'DejaVu Sans,7.5'
set label 19 'проба' at screen 0.7228, screen 0.0318 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
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
$d5 << EOD
0 0
0.9510565162951535 0.3090169943749474
EOD
$d6 << EOD
0 0
0.5877852522924731 -0.8090169943749475
EOD
$d7 << EOD
0 0
-0.587785252292473 -0.8090169943749475
EOD
$d8 << EOD
0 0
-0.9510565162951536 0.3090169943749473
EOD
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
plot $d1 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d2 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d3 using 1:2 with lines linewidth 1.0 linecolor rgb '#AAAAAA' notitle, \
  $d4 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d5 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d6 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d7 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d8 using 1:2 with lines linewidth 0.6 linecolor rgb '#D5D5D5' notitle, \
  $d9 using 1:2 with filledcurves closed fillcolor rgb '#E60072B2' notitle, \
  $d9 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 7 pointsize 0.6 linecolor rgb '#0072B2' notitle, \
  $d10 using 1:2 with filledcurves closed fillcolor rgb '#E6D55E00' notitle, \
  $d10 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 5 pointsize 0.6 linecolor rgb '#D55E00' notitle, \
  $d11 using 1:2 with filledcurves closed fillcolor rgb '#E6009E73' notitle, \
  $d11 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 9 pointsize 0.6 linecolor rgb '#009E73' notitle
unset multiplot
