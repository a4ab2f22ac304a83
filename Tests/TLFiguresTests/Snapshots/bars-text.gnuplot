set terminal dumb noenhanced ansi256 size 80,24
set encoding utf8
set decimalsign ','
set multiplot
reset
set origin 0,0; set size 1,1
set border 3 linecolor rgb '#154015'; set tics nomirror scale 0 textcolor default
unset key
set title 'Стратегии на тестовой части' noenhanced
set key bmargin center horizontal Left reverse samplen 1.4 spacing 1.1 maxcols 2
set yrange [-5.6:0.6]
set ytics ('feature_extraction' 0, 'linear_probe' -1, 'adapters' -2, 'lora' -3, 'layerwise' -4, 'full_fine_tuning' -5) noenhanced
set xrange [0:0.9464]
set xlabel 'macro-F1' noenhanced
set xtics ('0' 0, '0,2' 0.2, '0,4' 0.4, '0,6' 0.6, '0,8' 0.8) noenhanced
$d1 << EOD
0 0.04799999999999999 0.81 0
0 0.35200000000000004 0.81 0
0 -0.9520000000000001 0.83 0
0 -0.648 0.83 0
0 -1.952 0.86 0
0 -1.6480000000000001 0.86 0
0 -2.9520000000000004 0.88 0
0 -2.648 0.88 0
0 -3.9520000000000004 0.89 0
0 -3.648 0.89 0
0 -4.952 0.87 0
0 -4.648 0.87 0
EOD
$d2 << EOD
0 -0.3520000000000001 0.61 0
0 -0.04800000000000004 0.61 0
0 -1.3520000000000003 0.63 0
0 -1.048 0.63 0
0 -2.3520000000000003 0.76 0
0 -2.048 0.76 0
0 -4.352 0.79 0
0 -4.048 0.79 0
0 -5.351999999999999 0.77 0
0 -5.047999999999999 0.77 0
EOD
plot $d1 using 1:2:3:4 with vectors nohead linecolor rgb '#EC1515' title 'настроения', \
  $d2 using 1:2:3:4 with vectors nohead linecolor rgb '#EC1540' title 'сущности'
unset multiplot
