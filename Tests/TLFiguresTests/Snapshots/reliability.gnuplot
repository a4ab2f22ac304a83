set terminal svg noenhanced size 312,410 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
set encoding utf8
set multiplot
reset
set origin 0,0.3186; set size 1,0.6814
set border 3 linecolor rgb '#666666' linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid linecolor rgb '#E6E6E6' linetype 1 linewidth 0.6 back
set style fill solid 1 noborder
set bars small
unset key
set label 2 'Reliability' at screen 0.5, screen 0.9724 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set xrange [0:1]
set xtics ('' 0, '' 0.2, '' 0.4, '' 0.6, '' 0.8, '' 1) noenhanced
set yrange [0:1]
set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1) noenhanced
$d1 << EOD
0 0
1 1
EOD
$d2 << EOD
0.43333333333333335 0.36833333333333335
0.5 0.425
0.5666666666666667 0.48166666666666663
0.6333333333333333 0.5383333333333333
0.7 0.595
0.7666666666666666 0.6516666666666666
0.8333333333333334 0.7083333333333334
0.9 0.765
0.9666666666666667 0.8216666666666667
EOD
$d3 << EOD
0.03333333333333333 0.03233333333333333
0.1 0.097
0.16666666666666669 0.16166666666666668
0.23333333333333334 0.22633333333333333
0.3 0.291
0.3666666666666667 0.3556666666666667
0.43333333333333335 0.42033333333333334
0.5 0.485
0.5666666666666667 0.5496666666666666
0.6333333333333333 0.6143333333333333
0.7 0.6789999999999999
0.7666666666666666 0.7436666666666666
0.8333333333333334 0.8083333333333333
0.9 0.873
0.9666666666666667 0.9376666666666666
EOD
set lmargin at screen 0.1718; set rmargin at screen 0.9636; set tmargin at screen 0.9413; set bmargin at screen 0.3324
set label 3 'accuracy' at screen 0.0291, screen 0.6368 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
plot $d1 using 1:2 with lines linewidth 1 dashtype 2 linecolor rgb '#999999' notitle, \
  $d2 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 7 pointsize 0.6 linecolor rgb '#0072B2' notitle, \
  $d3 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 5 pointsize 0.6 linecolor rgb '#D55E00' notitle
reset
set origin 0,0; set size 1,0.3186
set border 3 linecolor rgb '#666666' linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid linecolor rgb '#E6E6E6' linetype 1 linewidth 0.6 back
set style fill solid 1 noborder
set bars small
unset key
set xrange [0:1]
set xtics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1) noenhanced
set yrange [0:175.76]
set ytics ('0' 0, '100' 100) noenhanced
set grid noxtics ytics
$d4 << EOD
0.4186666666666667 6 0.404 0.43333333333333335 0 6
0.48533333333333334 12 0.4706666666666667 0.5 0 12
0.552 22 0.5373333333333333 0.5666666666666667 0 22
0.6186666666666667 36 0.604 0.6333333333333333 0 36
0.6853333333333333 54 0.6706666666666666 0.7 0 54
0.752 76 0.7373333333333333 0.7666666666666666 0 76
0.8186666666666667 102 0.804 0.8333333333333334 0 102
0.8853333333333333 132 0.8706666666666667 0.9 0 132
0.952 166 0.9373333333333334 0.9666666666666667 0 166
EOD
$d5 << EOD
0.048 3 0.03333333333333333 0.06266666666666666 0 3
0.11466666666666667 3 0.1 0.12933333333333333 0 3
0.18133333333333335 3 0.16666666666666669 0.196 0 3
0.248 3 0.23333333333333334 0.26266666666666666 0 3
0.31466666666666665 3 0.3 0.3293333333333333 0 3
0.38133333333333336 3 0.3666666666666667 0.396 0 3
0.448 9 0.43333333333333335 0.46266666666666667 0 9
0.5146666666666666 15 0.5 0.5293333333333333 0 15
0.5813333333333333 25 0.5666666666666667 0.596 0 25
0.6479999999999999 39 0.6333333333333333 0.6626666666666666 0 39
0.7146666666666666 57 0.7 0.7293333333333333 0 57
0.7813333333333333 79 0.7666666666666666 0.796 0 79
0.8480000000000001 105 0.8333333333333334 0.8626666666666667 0 105
0.9146666666666667 135 0.9 0.9293333333333333 0 135
0.9813333333333334 169 0.9666666666666667 0.996 0 169
EOD
set lmargin at screen 0.1718; set rmargin at screen 0.9636; set tmargin at screen 0.2979; set bmargin at screen 0.1594
set label 2 'confidence' at screen 0.5677, screen 0.094 center textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 3 'examples' at screen 0.0291, screen 0.2286 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
set arrow from screen 0.1476, screen 0.0549 to screen 0.2021, screen 0.0549 nohead linewidth 1.6 dashtype 2 linecolor rgb '#999999' front
set label 4 'perfectly calibrated' at screen 0.2158, screen 0.0549 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set arrow from screen 0.5329, screen 0.0549 to screen 0.5874, screen 0.0549 nohead linewidth 1.6 dashtype 1 linecolor rgb '#0072B2' front
set label 5 '' at screen 0.5601, screen 0.0549 point pointtype 7 pointsize 0.5 linecolor rgb '#0072B2' front font 'DejaVu Sans,7.5'
set label 6 'before, ECE 0.071' at screen 0.6011, screen 0.0549 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set arrow from screen 0.1476, screen 0.0252 to screen 0.2021, screen 0.0252 nohead linewidth 1.6 dashtype 1 linecolor rgb '#D55E00' front
set label 7 '' at screen 0.1749, screen 0.0252 point pointtype 5 pointsize 0.5 linecolor rgb '#D55E00' front font 'DejaVu Sans,7.5'
set label 8 'after, ECE 0.021' at screen 0.2158, screen 0.0252 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
plot $d4 using 1:2:3:4:5:6 with boxxyerror fillcolor rgb '#000072B2' fillstyle solid 1 noborder notitle, \
  $d5 using 1:2:3:4:5:6 with boxxyerror fillcolor rgb '#00D55E00' fillstyle solid 1 noborder notitle
unset multiplot
