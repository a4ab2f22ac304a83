set terminal svg noenhanced size 482,193 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
set encoding utf8
set decimalsign ','
set multiplot
reset
set origin 0,0; set size 0.5,1
set border 3 linecolor rgb '#666666' linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid linecolor rgb '#E6E6E6' linetype 1 linewidth 0.6 back
set style fill solid 1 noborder
set bars small
unset key
set label 2 'Длина текста' at screen 0.25, screen 0.9412 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set xrange [9.86:43.14]
set xtics ('10' 10, '15' 15, '20' 20, '25' 25, '30' 30, '35' 35, '40' 40) noenhanced
set yrange [0:2.08]
set ytics ('0' 0, '1' 1, '2' 2) noenhanced
set grid noxtics ytics
$d1 << EOD
14.5 1 10.5 18.5 0 1
22.5 2 18.5 26.5 0 2
30.5 1 26.5 34.5 0 1
38.5 1 34.5 42.5 0 1
EOD
set lmargin at screen 0.0675; set rmargin at screen 0.4765; set tmargin at screen 0.875; set bmargin at screen 0.1907
set label 3 'токены' at screen 0.272, screen 0.0515 center textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 4 'тексты' at screen 0.0188, screen 0.5329 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
plot $d1 using 1:2:3:4:5:6 with boxxyerror fillcolor rgb '#260072B2' fillstyle solid 1 border linecolor rgb '#FFFFFF' linewidth 0.6 notitle
reset
set origin 0.5,0; set size 0.5,1
set border 3 linecolor rgb '#666666' linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid linecolor rgb '#E6E6E6' linetype 1 linewidth 0.6 back
set style fill solid 1 noborder
set bars small
unset key
set label 2 'Две группы' at screen 0.75, screen 0.9412 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set xrange [9.86:43.14]
set xtics ('10' 10, '15' 15, '20' 20, '25' 25, '30' 30, '35' 35, '40' 40) noenhanced
set yrange [0:2.08]
set ytics ('0' 0, '1' 1, '2' 2) noenhanced
set grid noxtics ytics
$d2 << EOD
10.5 0
10.5 1
18.5 1
18.5 2
26.5 2
26.5 1
34.5 1
34.5 1
42.5 1
42.5 0
EOD
$d3 << EOD
10.5 0
10.5 1
18.5 1
18.5 2
26.5 2
26.5 2
34.5 2
34.5 0
42.5 0
42.5 0
EOD
set lmargin at screen 0.5675; set rmargin at screen 0.9765; set tmargin at screen 0.875; set bmargin at screen 0.276
set label 3 'токены' at screen 0.772, screen 0.1368 center textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 4 'тексты' at screen 0.5188, screen 0.5755 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 5 '' at screen 0.6357, screen 0.0537 point pointtype 5 pointsize 1 linecolor rgb '#0072B2' front font 'DejaVu Sans,7.5'
set label 6 'новости' at screen 0.6622, screen 0.0537 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 7 '' at screen 0.7855, screen 0.0537 point pointtype 5 pointsize 1 linecolor rgb '#D55E00' front font 'DejaVu Sans,7.5'
set label 8 'отзывы' at screen 0.812, screen 0.0537 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
plot $d3 using 1:2 with filledcurves y1=0 fillcolor rgb '#CCD55E00' notitle, \
  $d2 using 1:2 with filledcurves y1=0 fillcolor rgb '#CC0072B2' notitle, \
  $d2 using 1:2 with lines linewidth 1.5 linecolor rgb '#0072B2' notitle, \
  $d3 using 1:2 with lines linewidth 1.5 linecolor rgb '#D55E00' notitle
unset multiplot
