set terminal svg noenhanced size 397,567 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
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
set label 2 'CKA' at screen 0.5, screen 0.98 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set palette maxcolors 256 defined (0 '#FFFFFF', 1 '#DCEAF5', 2 '#A9CEE6', 3 '#65A9D3', 4 '#2B7DB8', 5 '#0B4F8A', 6 '#06305A')
set cbrange [0:1]
unset colorbox
set lmargin at screen 0.2754; set rmargin at screen 0.67; set tmargin at screen 0.9575; set bmargin at screen 0.0598
set xtics scale 0 ('0' 0, '1' 1, '2' 2, '3' 3) noenhanced font 'DejaVu Sans,9'
set ytics scale 0 ('0' 12, '1' 11, '2' 10, '3' 9, '4' 8, '5' 7, '6' 6, '7' 5, '8' 4, '9' 3, '10' 2, '11' 1, '12' 0) noenhanced font 'DejaVu Sans,9'
set xrange [-0.5:3.5]; set yrange [-0.5:12.5]
set label 3 'слой, multilingual-e5-small' at screen 0.2087, screen 0.5087 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 4 'слой, rubert-tiny2' at screen 0.4727, screen 0.013 center textcolor rgb '#333333' font 'DejaVu Sans,9'
set colorbox noborder user origin screen 0.6879, screen 0.0598 size screen 0.0214, screen 0.8977
set cbtics scale 0.3 ('0' 0, '0,2' 0.2, '0,4' 0.4, '0,6' 0.6, '0,8' 0.8, '1,0' 1) noenhanced textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 5 'CKA' at screen 0.787, screen 0.5087 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
set border 15 linecolor rgb '#E6E6E6' linewidth 0.6; unset grid
set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb '#EFEFEF' fillstyle solid 1 noborder
set label 6 ',8' at 0, 12 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 7 ',72' at 1, 12 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 8 ',64' at 2, 12 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 9 ',56' at 3, 12 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 10 ',78' at 0, 11 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 11 ',74' at 1, 11 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 12 ',66' at 2, 11 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 13 ',58' at 3, 11 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 14 ',76' at 0, 10 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 15 ',76' at 1, 10 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 16 ',68' at 2, 10 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 17 ',6' at 3, 10 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 18 ',74' at 0, 9 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 19 ',78' at 1, 9 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 20 ',7' at 2, 9 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 21 ',62' at 3, 9 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 22 ',72' at 0, 8 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 23 ',8' at 1, 8 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 24 ',72' at 2, 8 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 25 ',64' at 3, 8 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 26 ',7' at 0, 7 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 27 ',78' at 1, 7 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 28 ',74' at 2, 7 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 29 ',66' at 3, 7 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 30 ',68' at 0, 6 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 31 ',76' at 1, 6 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 32 ',76' at 2, 6 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 33 ',68' at 3, 6 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 34 ',66' at 0, 5 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 35 ',74' at 1, 5 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 36 ',78' at 2, 5 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 37 ',7' at 3, 5 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 38 ',64' at 0, 4 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 39 ',72' at 1, 4 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 40 ',8' at 2, 4 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 41 ',72' at 3, 4 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 42 ',62' at 0, 3 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 43 ',7' at 1, 3 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 44 ',78' at 2, 3 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 45 ',74' at 3, 3 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 46 ',6' at 0, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 47 ',68' at 1, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 48 ',76' at 2, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 49 ',76' at 3, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 50 ',58' at 0, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 51 ',66' at 1, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 52 ',74' at 2, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 53 ',78' at 3, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 54 ',56' at 0, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 55 ',64' at 1, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 56 ',72' at 2, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
set label 57 ',8' at 3, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,8'
$d1 << EOD
0 12 -0.5 0.49 11.51 12.5 0.8
1 12 0.5 1.49 11.51 12.5 0.7200000000000001
2 12 1.5 2.49 11.51 12.5 0.64
3 12 2.5 3.49 11.51 12.5 0.56
0 11 -0.5 0.49 10.51 11.5 0.78
1 11 0.5 1.49 10.51 11.5 0.74
2 11 1.5 2.49 10.51 11.5 0.66
3 11 2.5 3.49 10.51 11.5 0.5800000000000001
0 10 -0.5 0.49 9.51 10.5 0.76
1 10 0.5 1.49 9.51 10.5 0.76
2 10 1.5 2.49 9.51 10.5 0.68
3 10 2.5 3.49 9.51 10.5 0.6000000000000001
0 9 -0.5 0.49 8.51 9.5 0.74
1 9 0.5 1.49 8.51 9.5 0.78
2 9 1.5 2.49 8.51 9.5 0.7000000000000001
3 9 2.5 3.49 8.51 9.5 0.6200000000000001
0 8 -0.5 0.49 7.51 8.5 0.7200000000000001
1 8 0.5 1.49 7.51 8.5 0.8
2 8 1.5 2.49 7.51 8.5 0.7200000000000001
3 8 2.5 3.49 7.51 8.5 0.64
0 7 -0.5 0.49 6.51 7.5 0.7000000000000001
1 7 0.5 1.49 6.51 7.5 0.78
2 7 1.5 2.49 6.51 7.5 0.74
3 7 2.5 3.49 6.51 7.5 0.66
0 6 -0.5 0.49 5.51 6.5 0.68
1 6 0.5 1.49 5.51 6.5 0.76
2 6 1.5 2.49 5.51 6.5 0.76
3 6 2.5 3.49 5.51 6.5 0.68
0 5 -0.5 0.49 4.51 5.5 0.66
1 5 0.5 1.49 4.51 5.5 0.74
2 5 1.5 2.49 4.51 5.5 0.78
3 5 2.5 3.49 4.51 5.5 0.7000000000000001
0 4 -0.5 0.49 3.51 4.5 0.64
1 4 0.5 1.49 3.51 4.5 0.7200000000000001
2 4 1.5 2.49 3.51 4.5 0.8
3 4 2.5 3.49 3.51 4.5 0.7200000000000001
0 3 -0.5 0.49 2.51 3.5 0.6200000000000001
1 3 0.5 1.49 2.51 3.5 0.7000000000000001
2 3 1.5 2.49 2.51 3.5 0.78
3 3 2.5 3.49 2.51 3.5 0.74
0 2 -0.5 0.49 1.51 2.5 0.6000000000000001
1 2 0.5 1.49 1.51 2.5 0.68
2 2 1.5 2.49 1.51 2.5 0.76
3 2 2.5 3.49 1.51 2.5 0.76
0 1 -0.5 0.49 0.51 1.5 0.5800000000000001
1 1 0.5 1.49 0.51 1.5 0.66
2 1 1.5 2.49 0.51 1.5 0.74
3 1 2.5 3.49 0.51 1.5 0.78
0 0 -0.5 0.49 -0.49 0.5 0.56
1 0 0.5 1.49 -0.49 0.5 0.64
2 0 1.5 2.49 -0.49 0.5 0.7200000000000001
3 0 2.5 3.49 -0.49 0.5 0.8
EOD
plot $d1 using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid 1 noborder notitle
unset multiplot
