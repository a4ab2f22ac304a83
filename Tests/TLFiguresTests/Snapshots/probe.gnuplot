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
set label 2 'Линейная проба по слоям' at screen 0.5, screen 0.9556 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set xrange [-0.48:12.48]
set xtics ('0' 0, '2' 2, '4' 4, '6' 6, '8' 8, '10' 10, '12' 12) noenhanced
set yrange [0.5663999999999999:0.9336000000000001]
set ytics ('0,60' 0.6, '0,65' 0.65, '0,70' 0.7, '0,75' 0.75, '0,80' 0.8, '0,85' 0.85, '0,90' 0.9) noenhanced
$d1 << EOD
0 0.6 0.58 0.62
1 0.6185 0.5985 0.6385000000000001
2 0.634 0.614 0.654
3 0.6465 0.6265 0.6665
4 0.6559999999999999 0.6359999999999999 0.6759999999999999
5 0.6625 0.6425 0.6825
6 0.6659999999999999 0.6459999999999999 0.6859999999999999
7 0.6665 0.6465 0.6865
8 0.664 0.644 0.684
9 0.6585000000000001 0.6385000000000001 0.6785000000000001
10 0.65 0.63 0.67
11 0.6385 0.6184999999999999 0.6585
12 0.6239999999999999 0.6039999999999999 0.6439999999999999
EOD
$d2 << EOD
0 0.6 0.58 0.62
1 0.625 0.605 0.645
2 0.65 0.63 0.67
3 0.675 0.655 0.6950000000000001
4 0.7 0.6799999999999999 0.72
5 0.725 0.705 0.745
6 0.75 0.73 0.77
7 0.775 0.755 0.795
8 0.8 0.78 0.8200000000000001
9 0.825 0.8049999999999999 0.845
10 0.85 0.83 0.87
11 0.875 0.855 0.895
12 0.9 0.88 0.92
EOD
set lmargin at screen 0.119; set rmargin at screen 0.9714; set tmargin at screen 0.9056; set bmargin at screen 0.2085
set label 3 'слой' at screen 0.5452, screen 0.1033 center textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 4 'доля верных' at screen 0.0229, screen 0.557 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
set arrow from screen 0.3808, screen 0.0406 to screen 0.4237, screen 0.0406 nohead linewidth 1.6 dashtype 1 linecolor rgb '#0072B2' front
set label 5 '' at screen 0.4023, screen 0.0406 point pointtype 7 pointsize 0.5 linecolor rgb '#0072B2' front font 'DejaVu Sans,7.5'
set label 6 'до' at screen 0.4344, screen 0.0406 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set arrow from screen 0.4985, screen 0.0406 to screen 0.5414, screen 0.0406 nohead linewidth 1.6 dashtype 1 linecolor rgb '#D55E00' front
set label 7 '' at screen 0.52, screen 0.0406 point pointtype 5 pointsize 0.5 linecolor rgb '#D55E00' front font 'DejaVu Sans,7.5'
set label 8 'после' at screen 0.5521, screen 0.0406 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
plot $d1 using 1:3:4 with filledcurves fillcolor rgb '#D10072B2' notitle, \
  $d2 using 1:3:4 with filledcurves fillcolor rgb '#D1D55E00' notitle, \
  $d1 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 7 pointsize 0.5 linecolor rgb '#0072B2' notitle, \
  $d2 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 5 pointsize 0.5 linecolor rgb '#D55E00' notitle
unset multiplot
