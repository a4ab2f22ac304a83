set terminal svg noenhanced size 397,232 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
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
set label 2 'Стратегии на тестовой части' at screen 0.5, screen 0.9512 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set yrange [-5.6:0.6]
set ytics ('feature_extraction' 0, 'linear_probe' -1, 'adapters' -2, 'lora' -3, 'layerwise' -4, 'full_fine_tuning' -5) noenhanced
set xrange [0:0.9464]
set xtics ('0' 0, '0,2' 0.2, '0,4' 0.4, '0,6' 0.6, '0,8' 0.8) noenhanced
set grid xtics noytics; set ytics scale 0
$d1 << EOD
0.405 0.384 0 0.81 0.015999999999999986 0.384
0.415 -0.616 0 0.83 -0.9840000000000001 -0.616
0.43 -1.616 0 0.86 -1.984 -1.616
0.44 -2.616 0 0.88 -2.9840000000000004 -2.616
0.445 -3.616 0 0.89 -3.9840000000000004 -3.616
0.435 -4.616 0 0.87 -4.984 -4.616
EOD
$d2 << EOD
0.78 0.2 0.05999999999999994 0
0.8 -0.8 0.05999999999999994 0
0.83 -1.8 0.050000000000000044 0
0.86 -2.8000000000000003 0.040000000000000036 0
0.87 -3.8000000000000003 0.040000000000000036 0
0.85 -4.8 0.040000000000000036 0
EOD
$d3 << EOD
0.305 -0.016000000000000042 0 0.61 -0.3840000000000001 -0.016000000000000042
0.315 -1.0160000000000002 0 0.63 -1.3840000000000001 -1.0160000000000002
0.38 -2.016 0 0.76 -2.3840000000000003 -2.016
0.395 -4.016 0 0.79 -4.384 -4.016
0.385 -5.015999999999999 0 0.77 -5.3839999999999995 -5.015999999999999
EOD
set lmargin at screen 0.243; set rmargin at screen 0.9714; set tmargin at screen 0.8963; set bmargin at screen 0.2289
set label 3 'macro-F1' at screen 0.6072, screen 0.1134 center textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 4 '' at screen 0.3269, screen 0.0445 point pointtype 5 pointsize 1 linecolor rgb '#0072B2' front font 'DejaVu Sans,7.5'
set label 5 'настроения' at screen 0.359, screen 0.0445 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 6 '' at screen 0.5505, screen 0.0445 point pointtype 5 pointsize 1 linecolor rgb '#D55E00' front font 'DejaVu Sans,7.5'
set label 7 'сущности' at screen 0.5827, screen 0.0445 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
plot $d1 using 1:2:3:4:5:6 with boxxyerror fillcolor rgb '#000072B2' fillstyle solid 1 noborder notitle, \
  $d3 using 1:2:3:4:5:6 with boxxyerror fillcolor rgb '#00D55E00' fillstyle solid 1 noborder notitle, \
  $d2 using 1:2:3:4 with vectors nohead linewidth 1.4 linecolor rgb '#333333' notitle
unset multiplot
