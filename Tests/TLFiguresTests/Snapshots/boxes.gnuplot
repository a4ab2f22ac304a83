set terminal svg noenhanced size 397,221 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
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
set label 2 'Разброс по зёрнам' at screen 0.5, screen 0.9487 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set yrange [-3.6:0.6]
set ytics ('LoRA' 0, 'адаптеры' -1, 'полное дообучение' -2, 'проба' -3) noenhanced
set xrange [0.792087121338181:0.8475565201242502]
set xtics ('0,80' 0.8, '0,81' 0.81, '0,82' 0.82, '0,83' 0.83, '0,84' 0.84) noenhanced
set grid xtics noytics; set ytics scale 0
$d1 << EOD
0.8027203851972738 -0.28 0.7986506893113706 0.8067900810831771 -0.28 0.28
EOD
$d2 << EOD
0.8067900810831771 0 0.0018069462912968515 0
0.7986506893113706 0 -0.0035919930382215526 0
EOD
$d3 << EOD
0.7950586962731491 -0.07400000000000001
0.7975290111041724 0.017469030334984446
0.8020157239329652 -0.03906193933003112
0.8052643264725465 0.052407091004953346
0.8072986659533873 -0.0041238786600622185
0.8085970273744739 -0.06065484832507778
EOD
$d4 << EOD
0.8036400252027558 -0.28 0 0.56
EOD
$d5 << EOD
0.8223343123346836 -1.28 0.8173540522550097 0.8273145724143574 -1.28 -0.72
EOD
$d6 << EOD
0.8273145724143574 -1 0.014096607133468497 0
0.8173540522550097 -1 -0.0024652444212673874 0
EOD
$d7 << EOD
0.8148888078337423 -1.074
0.8172507492841219 -0.9825309696650155
0.8176639611676729 -1.039061939330031
0.8199644549761801 -0.9475929089950467
0.8297646115604165 -1.0041238786600621
0.8414111795478258 -1.0606548483250777
EOD
$d8 << EOD
0.8188142080719265 -1.28 0 0.56
EOD
$d9 << EOD
0.8306003040530308 -2.2800000000000002 0.8264610780305479 0.8347395300755135 -2.2800000000000002 -1.72
EOD
$d10 << EOD
0.8347395300755135 -2 0.008431523293656706 0
0.8264610780305479 -2 -0.0013971293948913388 0
EOD
$d11 << EOD
0.8103016440675759 -2.074
0.8250639486356566 -1.9825309696650155
0.8306524662152219 -2.0390619393300313
0.8308621535068296 -1.9475929089950466
0.8360319889317415 -2.0041238786600624
0.8431710533691702 -2.0606548483250777
EOD
$d12 << EOD
0.8307573098610257 -2.2800000000000002 0 0.56
EOD
$d13 << EOD
0.8445849451892822 -3
EOD
set lmargin at screen 0.2694; set rmargin at screen 0.9714; set tmargin at screen 0.891; set bmargin at screen 0.1663
set label 3 'macro-F1' at screen 0.6204, screen 0.0449 center textcolor rgb '#333333' font 'DejaVu Sans,9'
plot $d1 using 1:2:3:4:5:6 with boxxyerror fillcolor rgb '#BF0072B2' fillstyle solid 1 border linecolor rgb '#333333' linewidth 0.8 notitle, \
  $d2 using 1:2:3:4 with vectors nohead linewidth 0.8 linecolor rgb '#333333' notitle, \
  $d3 using 1:2 with points pointtype 7 pointsize 0.45 linecolor rgb '#260072B2' notitle, \
  $d4 using 1:2:3:4 with vectors nohead linewidth 2 linecolor rgb '#333333' notitle, \
  $d5 using 1:2:3:4:5:6 with boxxyerror fillcolor rgb '#BFD55E00' fillstyle solid 1 border linecolor rgb '#333333' linewidth 0.8 notitle, \
  $d6 using 1:2:3:4 with vectors nohead linewidth 0.8 linecolor rgb '#333333' notitle, \
  $d7 using 1:2 with points pointtype 7 pointsize 0.45 linecolor rgb '#26D55E00' notitle, \
  $d8 using 1:2:3:4 with vectors nohead linewidth 2 linecolor rgb '#333333' notitle, \
  $d9 using 1:2:3:4:5:6 with boxxyerror fillcolor rgb '#BF009E73' fillstyle solid 1 border linecolor rgb '#333333' linewidth 0.8 notitle, \
  $d10 using 1:2:3:4 with vectors nohead linewidth 0.8 linecolor rgb '#333333' notitle, \
  $d11 using 1:2 with points pointtype 7 pointsize 0.45 linecolor rgb '#26009E73' notitle, \
  $d12 using 1:2:3:4 with vectors nohead linewidth 2 linecolor rgb '#333333' notitle, \
  $d13 using 1:2 with points pointtype 7 pointsize 0.7 linecolor rgb '#26CC79A7' notitle
unset multiplot
