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
set xrange [29.16649710804028:36.46564078743804]
set xtics ('30' 30, '31' 31, '32' 32, '33' 33, '34' 34, '35' 35, '36' 36) noenhanced
set yrange [15.467283541361496:22.352790073868057]
set ytics ('16' 16, '17' 17, '18' 18, '19' 19, '20' 20, '21' 21, '22' 22) noenhanced
set palette maxcolors 256 defined (0 '#00224E', 1 '#35456C', 2 '#666970', 3 '#948E77', 4 '#C8B866', 5 '#F2DC3E')
set cbrange [3.80469786735447:10.56316423716721]
unset colorbox
$d1 << EOD
34.61463375913128 22.097771313404852 5.38536624086872
29.43683576283279 15.722302301824703 10.56316423716721
36.19530213264553 16.698925803399366 3.80469786735447
EOD
set lmargin at screen 0.0968; set rmargin at screen 0.8475; set tmargin at screen 0.915; set bmargin at screen 0.1297
set label 3 'length, tokens' at screen 0.4721, screen 0.035 center textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 4 'loss, nats' at screen 0.0229, screen 0.5223 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
set colorbox noborder user origin screen 0.8653, screen 0.1297 size screen 0.0214, screen 0.7853
set cbtics scale 0.3 ('4' 4, '5' 5, '6' 6, '7' 7, '8' 8, '9' 9, '10' 10) noenhanced textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 5 'confidence, %' at screen 0.9571, screen 0.5223 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
plot $d1 using 1:2:3 with points pointtype 7 pointsize 0.5 linecolor palette notitle
unset multiplot
