set terminal svg noenhanced size 397,283 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
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
set label 2 'length and loss' at screen 0.5, screen 0.96 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set tmargin 2.2
set xrange [29.16649710804028:36.46564078743804]
set xlabel 'length, tokens' noenhanced textcolor rgb '#333333' offset 0,0.4
set xtics 1
set yrange [15.467283541361496:22.352790073868057]
set ylabel 'loss, nats' noenhanced textcolor rgb '#333333' offset 0.8,0
set ytics 1
set palette maxcolors 256 defined (0 '#00224E', 1 '#35456C', 2 '#666970', 3 '#948E77', 4 '#C8B866', 5 '#F2DC3E')
set cbrange [3.80469786735447:10.56316423716721]
set colorbox noborder; set cbtics scale 0.3 textcolor rgb '#333333'
set cbtics 1
set cblabel 'confidence, %' noenhanced textcolor rgb '#333333'
$d1 << EOD
34.61463375913128 22.097771313404852 5.38536624086872
29.43683576283279 15.722302301824703 10.56316423716721
36.19530213264553 16.698925803399366 3.80469786735447
EOD
plot $d1 using 1:2:3 with points pointtype 7 pointsize 0.5 linecolor palette notitle
unset multiplot
