set terminal pngcairo noenhanced size 1024,678 font 'DejaVu Sans,9' fontscale 2.08 linewidth 2.22 pointscale 2.78 butt background '#ffffff'
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
set label 2 'UMAP, [CLS], слой 3' at screen 0.5, screen 0.9535 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set xrange [-0.7155314595487503:7.200292356410782]
unset xtics
set yrange [-0.685609297854293:3.423302703594732]
unset ytics
set border 15; unset grid
$d1 << EOD
-0.2210798420702278 -0.5067157475726637 7 637563570
6.053619656368386 1.137132872016969 9 637574771
0.8564822098612215 0.864008746531184 7 637563570
2.073193443013092 0.18192383392749267 5 651517440
-0.42235279969839723 0.14713187611955947 7 637563570
6.907113696560429 -0.3015861620157714 9 637574771
2.205360149162441 3.2444091533131028 5 651517440
EOD
set label 3 'текст 0' at -0.2210798420702278, -0.5067157475726637 left offset 0.6,0 textcolor rgb '#333333' front font 'DejaVu Sans,7.5'
set label 4 'текст 1' at 2.205360149162441, 3.2444091533131028 left offset 0.6,0 textcolor rgb '#333333' front font 'DejaVu Sans,7.5'
set label 5 'текст 2' at 6.053619656368386, 1.137132872016969 left offset 0.6,0 textcolor rgb '#333333' front font 'DejaVu Sans,7.5'
set label 6 'текст 3' at -0.42235279969839723, 0.14713187611955947 left offset 0.6,0 textcolor rgb '#333333' front font 'DejaVu Sans,7.5'
set label 7 'текст 4' at 2.073193443013092, 0.18192383392749267 left offset 0.6,0 textcolor rgb '#333333' front font 'DejaVu Sans,7.5'
set label 8 'текст 5' at 6.907113696560429, -0.3015861620157714 right offset -0.6,0 textcolor rgb '#333333' front font 'DejaVu Sans,7.5'
set label 9 'текст 6' at 0.8564822098612215, 0.864008746531184 left offset 0.6,0 textcolor rgb '#333333' front font 'DejaVu Sans,7.5'
set lmargin at screen 0.0246; set rmargin at screen 0.9769; set tmargin at screen 0.9012; set bmargin at screen 0.1545
set label 10 '' at screen 0.2469, screen 0.0924 point pointtype 7 pointsize 0.7 linecolor rgb '#0072B2' front font 'DejaVu Sans,7.5'
set label 11 'положительный' at screen 0.2815, screen 0.0924 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 12 '' at screen 0.5449, screen 0.0924 point pointtype 5 pointsize 0.7 linecolor rgb '#D55E00' front font 'DejaVu Sans,7.5'
set label 13 'отрицательный' at screen 0.5795, screen 0.0924 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 14 '' at screen 0.2469, screen 0.0424 point pointtype 9 pointsize 0.7 linecolor rgb '#009E73' front font 'DejaVu Sans,7.5'
set label 15 'нейтральный' at screen 0.2815, screen 0.0424 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set label 16 '' at screen 0.5449, screen 0.0424 point pointtype 13 pointsize 0.7 linecolor rgb '#CC79A7' front font 'DejaVu Sans,7.5'
set label 17 'класс без точек' at screen 0.5795, screen 0.0424 left textcolor rgb '#333333' font 'DejaVu Sans,8.5'
plot $d1 using 1:2:3:4 with points pointtype variable pointsize 0.5 linecolor rgb variable notitle
unset multiplot
