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
set label 2 'rubert-base, сущности' at screen 0.5, screen 0.9556 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set xrange [-0.48:12.48]
set xtics ('0' 0, '2' 2, '4' 4, '6' 6, '8' 8, '10' 10, '12' 12) noenhanced
set yrange [0.37760000000000005:0.9823999999999999]
set ytics ('0,4' 0.4, '0,5' 0.5, '0,6' 0.6, '0,7' 0.7, '0,8' 0.8, '0,9' 0.9) noenhanced
$d1 << EOD
0 0.7 0.68 0.72
1 0.72 0.7000000000000001 0.74
2 0.74 0.7200000000000001 0.76
3 0.76 0.74 0.78
4 0.7799999999999999 0.76 0.7999999999999999
5 0.7999999999999999 0.78 0.82
6 0.82 0.8 0.84
7 0.84 0.8200000000000001 0.86
8 0.86 0.8400000000000001 0.88
9 0.8799999999999999 0.8600000000000001 0.8999999999999999
10 0.8999999999999999 0.8800000000000001 0.9199999999999999
11 0.9199999999999999 0.9 0.94
12 0.94 0.92 0.96
EOD
$d2 << EOD
0 0.4
1 0.41000000000000003
2 0.42000000000000004
3 0.43000000000000005
4 0.44
5 0.45
6 0.46
7 0.47000000000000003
8 0.48000000000000004
9 0.49
10 0.5
11 0.51
12 0.52
EOD
set lmargin at screen 0.1042; set rmargin at screen 0.9714; set tmargin at screen 0.9056; set bmargin at screen 0.2085
set label 3 'слой' at screen 0.5378, screen 0.1033 center textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 4 'доля верных' at screen 0.0229, screen 0.557 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
set arrow from screen 0.2939, screen 0.0406 to screen 0.3367, screen 0.0406 nohead linewidth 1.6 dashtype 1 linecolor rgb '#0072B2' front
set label 5 '' at screen 0.3153, screen 0.0406 point pointtype 7 pointsize 0.5 linecolor rgb '#0072B2' front font 'DejaVu Sans,7.5'
set label 6 'проба' at screen 0.3475, screen 0.0406 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set arrow from screen 0.4513, screen 0.0406 to screen 0.4942, screen 0.0406 nohead linewidth 1.6 dashtype 2 linecolor rgb '#0072B2' front
set label 7 'случайные метки' at screen 0.5049, screen 0.0406 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
plot $d1 using 1:3:4 with filledcurves fillcolor rgb '#D10072B2' notitle, \
  $d1 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 7 pointsize 0.5 linecolor rgb '#0072B2' notitle, \
  $d2 using 1:2 with lines linewidth 1.4 dashtype 2 linecolor rgb '#0072B2' notitle
unset multiplot
