set terminal pngcairo noenhanced size 1102,634 font 'DejaVu Sans,9' fontscale 2.08 linewidth 2.22 pointscale 2.78 butt background '#ffffff'
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
set label 2 'Путаница классов' at screen 0.5, screen 0.9503 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set palette maxcolors 256 defined (0 '#FFFFFF', 1 '#DCEAF5', 2 '#A9CEE6', 3 '#65A9D3', 4 '#2B7DB8', 5 '#0B4F8A', 6 '#06305A')
set cbrange [0:1]
unset colorbox
set lmargin at screen 0.2942; set rmargin at screen 0.7228; set tmargin at screen 0.8944; set bmargin at screen 0.1487
set xtics scale 0 ('negative' 0, 'neutral' 1, 'positive' 2) noenhanced font 'DejaVu Sans,9'
set ytics scale 0 ('negative' 2, 'neutral' 1, 'positive' 0) noenhanced font 'DejaVu Sans,9'
set xrange [-0.5:2.5]; set yrange [-0.5:2.5]
set label 3 'верный класс' at screen 0.156, screen 0.5216 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 4 'предсказанный класс' at screen 0.5085, screen 0.0323 center textcolor rgb '#333333' font 'DejaVu Sans,9'
set colorbox noborder user origin screen 0.7406, screen 0.1487 size screen 0.0214, screen 0.7456
set cbtics scale 0.3 ('0' 0, '0,2' 0.2, '0,4' 0.4, '0,6' 0.6, '0,8' 0.8, '1,0' 1) noenhanced textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 5 'доля верного класса' at screen 0.8398, screen 0.5216 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
set border 15 linecolor rgb '#E6E6E6' linewidth 0.6; unset grid
set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb '#EFEFEF' fillstyle solid 1 noborder
set label 6 '90' at 0, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 7 '10' at 1, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,8'
set label 8 '0' at 2, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,8'
set label 9 '0' at 0, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,8'
set label 10 '0' at 1, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,8'
set label 11 '0' at 2, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,8'
set label 12 '40' at 0, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,8'
set label 13 '10' at 1, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,8'
set label 14 '150' at 2, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
$d1 << EOD
0 2 -0.5 0.49 1.51 2.5 0.9
1 2 0.5 1.49 1.51 2.5 0.1
2 2 1.5 2.49 1.51 2.5 0
0 0 -0.5 0.49 -0.49 0.5 0.2
1 0 0.5 1.49 -0.49 0.5 0.05
2 0 1.5 2.49 -0.49 0.5 0.75
EOD
plot $d1 using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid 1 noborder notitle
unset multiplot
