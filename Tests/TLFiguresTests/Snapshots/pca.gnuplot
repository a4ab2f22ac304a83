set terminal svg noenhanced size 369,214 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
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
set label 2 'PCA' at screen 0.5, screen 0.947 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set xrange [-16.384188945349898:39.498968608350054]
set xtics ('−10' -10, '0' 0, '10' 10, '20' 20, '30' 30) noenhanced
set yrange [-14.424427305258028:10.582766339822385]
set ytics ('−10' -10, '−5' -5, '0' 0, '5' 5, '10' 10) noenhanced
$d1 << EOD
-14.314442369286937 -0.8199076590582122 7 637563570
37.42922203228709 -10.869849689752744 5 651517440
18.850299638690924 7.0281887243171015 5 651517440
4.288501923378404 5.914988753775095 5 651517440
1.4898847131420323 -5.113157099256783 5 651517440
EOD
set lmargin at screen 0.1338; set rmargin at screen 0.9615; set tmargin at screen 0.8873; set bmargin at screen 0.2492
set label 3 'компонента 1, 62,1 %' at screen 0.5477, screen 0.1233 center textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 4 'компонента 2, 20,4 %' at screen 0.0246, screen 0.5683 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,9'
set label 5 '' at screen 0.2478, screen 0.0484 point pointtype 7 pointsize 0.7 linecolor rgb '#0072B2' front font 'DejaVu Sans,7.5'
set label 6 'отрицательный' at screen 0.2824, screen 0.0484 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 7 '' at screen 0.5388, screen 0.0484 point pointtype 5 pointsize 0.7 linecolor rgb '#D55E00' front font 'DejaVu Sans,7.5'
set label 8 'положительный' at screen 0.5734, screen 0.0484 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
plot $d1 using 1:2:3:4 with points pointtype variable pointsize 0.5 linecolor rgb variable notitle
unset multiplot
