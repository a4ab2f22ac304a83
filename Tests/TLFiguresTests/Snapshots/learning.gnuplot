set terminal pdfcairo noenhanced color size 14cm,9cm font 'DejaVu Sans,9' fontscale 0.75 linewidth 0.8 butt
set encoding utf8
set multiplot
reset
set origin 0,0; set size 1,1
set border 3 linecolor rgb '#666666' linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid linecolor rgb '#E6E6E6' linetype 1 linewidth 0.6 back
set style fill solid 1 noborder
set bars small
unset key
set label 2 'macro-F1' at screen 0.5, screen 0.9556 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set xrange [86.95652173913044:11500]
set logscale x
set xtics ('100' 100, '300' 300, '1000' 1000, '3000' 3000, '10 000' 10000) noenhanced
set yrange [0.4524:0.9276]
set ytics ('0.5' 0.5, '0.6' 0.6, '0.7' 0.7, '0.8' 0.8, '0.9' 0.9) noenhanced
$d1 << EOD
100 0.6 0.5599999999999999 0.63
300 0.6699999999999999 0.6299999999999999 0.7
1000 0.74 0.7 0.77
3000 0.81 0.77 0.8400000000000001
10000 0.88 0.84 0.91
EOD
$d2 << EOD
100 0.57 0.5299999999999999 0.6
300 0.6399999999999999 0.5999999999999999 0.6699999999999999
1000 0.71 0.6699999999999999 0.74
3000 0.78 0.74 0.81
10000 0.85 0.8099999999999999 0.88
EOD
$d3 << EOD
100 0.54 0.5 0.5700000000000001
300 0.6099999999999999 0.5699999999999998 0.6399999999999999
1000 0.6799999999999999 0.6399999999999999 0.71
3000 0.75 0.71 0.78
10000 0.8200000000000001 0.78 0.8500000000000001
EOD
$d4 << EOD
100 0.51 0.47000000000000003 0.54
300 0.58 0.5399999999999999 0.61
1000 0.65 0.61 0.68
3000 0.7200000000000001 0.68 0.7500000000000001
10000 0.79 0.75 0.8200000000000001
EOD
set lmargin at screen 0.1042; set rmargin at screen 0.9714; set tmargin at screen 0.9056; set bmargin at screen 0.2085
set label 3 'training examples' at screen 0.5378, screen 0.1033 center textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 4 'macro-F1' at screen 0.0229, screen 0.557 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
set arrow from screen 0.0691, screen 0.0406 to screen 0.112, screen 0.0406 nohead linewidth 1.6 dashtype 1 linecolor rgb '#0072B2' front
set label 5 '' at screen 0.0906, screen 0.0406 point pointtype 7 pointsize 0.5 linecolor rgb '#0072B2' front font 'DejaVu Sans,7.5'
set label 6 'LoRA, r = 8' at screen 0.1227, screen 0.0406 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set arrow from screen 0.2832, screen 0.0406 to screen 0.326, screen 0.0406 nohead linewidth 1.6 dashtype 1 linecolor rgb '#D55E00' front
set label 7 '' at screen 0.3046, screen 0.0406 point pointtype 5 pointsize 0.5 linecolor rgb '#D55E00' front font 'DejaVu Sans,7.5'
set label 8 'full_fine_tuning' at screen 0.3368, screen 0.0406 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set arrow from screen 0.5387, screen 0.0406 to screen 0.5816, screen 0.0406 nohead linewidth 1.6 dashtype 1 linecolor rgb '#009E73' front
set label 9 '' at screen 0.5601, screen 0.0406 point pointtype 9 pointsize 0.5 linecolor rgb '#009E73' front font 'DejaVu Sans,7.5'
set label 10 'адаптеры' at screen 0.5923, screen 0.0406 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set arrow from screen 0.7412, screen 0.0406 to screen 0.784, screen 0.0406 nohead linewidth 1.6 dashtype 1 linecolor rgb '#CC79A7' front
set label 11 '' at screen 0.7626, screen 0.0406 point pointtype 13 pointsize 0.5 linecolor rgb '#CC79A7' front font 'DejaVu Sans,7.5'
set label 12 'linear_probe' at screen 0.7947, screen 0.0406 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
plot $d1 using 1:3:4 with filledcurves fillcolor rgb '#D10072B2' notitle, \
  $d2 using 1:3:4 with filledcurves fillcolor rgb '#D1D55E00' notitle, \
  $d3 using 1:3:4 with filledcurves fillcolor rgb '#D1009E73' notitle, \
  $d4 using 1:3:4 with filledcurves fillcolor rgb '#D1CC79A7' notitle, \
  $d1 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 7 pointsize 0.5 linecolor rgb '#0072B2' notitle, \
  $d2 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 5 pointsize 0.5 linecolor rgb '#D55E00' notitle, \
  $d3 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 9 pointsize 0.5 linecolor rgb '#009E73' notitle, \
  $d4 using 1:2 with linespoints linewidth 1.6 dashtype 1 pointtype 13 pointsize 0.5 linecolor rgb '#CC79A7' notitle
unset multiplot
