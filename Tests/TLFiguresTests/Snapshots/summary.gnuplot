set terminal svg noenhanced size 482,108 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
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
set label 2 'rubert-tiny2' at screen 0.5, screen 0.8948 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set lmargin at screen 0.0513; set rmargin at screen 0.4212; set tmargin at screen 0.6844; set bmargin at screen 0.2711
set label 3 'энтропия, нат' at screen 0.2363, screen 0.7567 center textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set xtics scale 0 ('1' 0, '2' 1, '3' 2, '4' 3, '5' 4, '6' 5, '7' 6, '8' 7, '9' 8, '10' 9, '11' 10, '12' 11) noenhanced font 'DejaVu Sans,7.5'
set ytics scale 0 ('1' 2, '2' 1, '3' 0) noenhanced font 'DejaVu Sans,7.5'
set xrange [-0.5:11.5]; set yrange [-0.5:2.5]
set palette maxcolors 256 defined (0 '#FFFFFF', 1 '#DCEAF5', 2 '#A9CEE6', 3 '#65A9D3', 4 '#2B7DB8', 5 '#0B4F8A', 6 '#06305A')
set cbrange [0.06685003518315975:2.3695833027496453]
unset colorbox
set colorbox noborder user origin screen 0.4359, screen 0.2711 size screen 0.0176, screen 0.4134
set cbtics scale 0.3 ('1' 1, '2' 2) noenhanced textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 4 'слой' at screen 0.0165, screen 0.4777 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 5 'голова' at screen 0.2363, screen 0.0579 center textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set border 15 linecolor rgb '#E6E6E6' linewidth 0.6; unset grid
set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb '#EFEFEF' fillstyle solid 1 noborder
set label 6 '2,16' at 0, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 7 ',56' at 1, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 8 ',98' at 2, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 9 ',5' at 3, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 10 ',82' at 4, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 11 ',34' at 5, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 12 '1,06' at 6, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 13 '2,28' at 7, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 14 ',23' at 8, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 15 '1,44' at 9, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 16 ',49' at 10, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 17 '1,35' at 11, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 18 '1,06' at 0, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 19 '1,65' at 1, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 20 ',6' at 2, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 21 '2,37' at 3, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 22 '2,29' at 4, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 23 '1,57' at 5, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 24 '1,3' at 6, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 25 '2,3' at 7, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 26 '1,3' at 8, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 27 ',44' at 9, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 28 '1,01' at 10, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 29 ',61' at 11, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 30 ',99' at 0, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 31 '1,02' at 1, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 32 '1,47' at 2, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 33 ',07' at 3, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 34 '2,28' at 4, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 35 '2,13' at 5, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 36 ',07' at 6, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 37 ',13' at 7, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 38 ',42' at 8, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 39 ',47' at 9, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 40 '1,87' at 10, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 41 ',22' at 11, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
$d1 << EOD
0 2 -0.5 0.49 1.51 2.5 2.1642971188508877
1 2 0.5 1.49 1.51 2.5 0.5582413372164483
2 2 1.5 2.49 1.51 2.5 0.9772572836795725
3 2 2.5 3.49 1.51 2.5 0.4955259671974437
4 2 3.5 4.49 1.51 2.5 0.8245601438342846
5 2 4.5 5.49 1.51 2.5 0.33938727048865996
6 2 5.5 6.49 1.51 2.5 1.062175841844041
7 2 6.5 7.49 1.51 2.5 2.2835278396945817
8 2 7.5 8.49 1.51 2.5 0.22736756555537685
9 2 8.5 9.49 1.51 2.5 1.435269937296408
10 2 9.5 10.49 1.51 2.5 0.4939571334591976
11 2 10.5 11.49 1.51 2.5 1.351669323034763
0 1 -0.5 0.49 0.51 1.5 1.0636471261439808
1 1 0.5 1.49 0.51 1.5 1.6454369028990115
2 1 1.5 2.49 0.51 1.5 0.5953827030200902
3 1 2.5 3.49 0.51 1.5 2.3695833027496453
4 1 3.5 4.49 0.51 1.5 2.2871068939154533
5 1 4.5 5.49 0.51 1.5 1.5745846964258556
6 1 5.5 6.49 0.51 1.5 1.296798714687302
7 1 6.5 7.49 0.51 1.5 2.3018304654052586
8 1 7.5 8.49 0.51 1.5 1.3004174800582413
9 1 8.5 9.49 0.51 1.5 0.44104153224778136
10 1 9.5 10.49 0.51 1.5 1.0097257629193943
11 1 10.5 11.49 0.51 1.5 0.6148980605633059
0 0 -0.5 0.49 -0.49 0.5 0.9864372529157475
1 0 0.5 1.49 -0.49 0.5 1.0164004754049154
2 0 1.5 2.49 -0.49 0.5 1.4677445950717622
3 0 2.5 3.49 -0.49 0.5 0.06685003518315975
4 0 3.5 4.49 -0.49 0.5 2.2830051816566814
5 0 4.5 5.49 -0.49 0.5 2.1326064819220574
6 0 5.5 6.49 -0.49 0.5 0.06895858290675205
7 0 6.5 7.49 -0.49 0.5 0.12907144906704512
8 0 7.5 8.49 -0.49 0.5 0.4234185390925739
9 0 8.5 9.49 -0.49 0.5 0.4662918592699328
10 0 9.5 10.49 -0.49 0.5 1.8663180681083698
11 0 10.5 11.49 -0.49 0.5 0.2169475590233568
EOD
plot $d1 using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid 1 noborder notitle
reset
set origin 0,0; set size 1,1
set border 3 linecolor rgb '#666666' linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid linecolor rgb '#E6E6E6' linetype 1 linewidth 0.6 back
set style fill solid 1 noborder
set bars small
unset key
set lmargin at screen 0.5352; set rmargin at screen 0.905; set tmargin at screen 0.6844; set bmargin at screen 0.2711
set label 2 'расстояние, токены' at screen 0.7201, screen 0.7567 center textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set xtics scale 0 ('1' 0, '2' 1, '3' 2, '4' 3, '5' 4, '6' 5, '7' 6, '8' 7, '9' 8, '10' 9, '11' 10, '12' 11) noenhanced font 'DejaVu Sans,7.5'
unset ytics
set xrange [-0.5:11.5]; set yrange [-0.5:2.5]
set palette maxcolors 256 defined (0 '#FFFFFF', 1 '#DCEAF5', 2 '#A9CEE6', 3 '#65A9D3', 4 '#2B7DB8', 5 '#0B4F8A', 6 '#06305A')
set cbrange [0.6303604267318192:7.841810350149098]
unset colorbox
set colorbox noborder user origin screen 0.9197, screen 0.2711 size screen 0.0176, screen 0.4134
set cbtics scale 0.3 ('2' 2, '4' 4, '6' 6) noenhanced textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 3 'голова' at screen 0.7201, screen 0.0579 center textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set border 15 linecolor rgb '#E6E6E6' linewidth 0.6; unset grid
set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb '#EFEFEF' fillstyle solid 1 noborder
set label 4 '6,96' at 0, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 5 '2,45' at 1, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 6 '3,23' at 2, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 7 '2,31' at 3, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 8 '3,33' at 4, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 9 '1,2' at 5, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 10 '3,75' at 6, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 11 '7,27' at 7, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 12 '1,27' at 8, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 13 '5,07' at 9, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 14 '1,69' at 10, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 15 '4,64' at 11, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 16 '3,76' at 0, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 17 '5,07' at 1, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 18 '2,03' at 2, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 19 '7,84' at 3, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 20 '7,64' at 4, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 21 '4,94' at 5, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 22 '4,56' at 6, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 23 '7,11' at 7, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 24 '4,27' at 8, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 25 '1,47' at 9, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 26 '4,01' at 10, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 27 '2,22' at 11, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 28 '2,96' at 0, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 29 '3,75' at 1, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 30 '5,06' at 2, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 31 ',7' at 3, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 32 '7,67' at 4, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 33 '6,71' at 5, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 34 ',63' at 6, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 35 ',84' at 7, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 36 '1,94' at 8, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 37 '1,88' at 9, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 38 '6,06' at 10, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 39 ',76' at 11, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
$d2 << EOD
0 2 -0.5 0.49 1.51 2.5 6.9566989976697045
1 2 0.5 1.49 1.51 2.5 2.448659503029263
2 2 1.5 2.49 1.51 2.5 3.232247047071306
3 2 2.5 3.49 1.51 2.5 2.3144769873430575
4 2 3.5 4.49 1.51 2.5 3.3317907742216724
5 2 4.5 5.49 1.51 2.5 1.19575062141119
6 2 5.5 6.49 1.51 2.5 3.7470723006115634
7 2 6.5 7.49 1.51 2.5 7.2675051455503565
8 2 7.5 8.49 1.51 2.5 1.2716874452260936
9 2 8.5 9.49 1.51 2.5 5.069330102637881
10 2 9.5 10.49 1.51 2.5 1.691087172914835
11 2 10.5 11.49 1.51 2.5 4.63877344741942
0 1 -0.5 0.49 0.51 1.5 3.7643091746227295
1 1 0.5 1.49 0.51 1.5 5.070211563006682
2 1 1.5 2.49 0.51 1.5 2.0294327995380312
3 1 2.5 3.49 0.51 1.5 7.841810350149098
4 1 3.5 4.49 0.51 1.5 7.639969088328819
5 1 4.5 5.49 0.51 1.5 4.937316359469833
6 1 5.5 6.49 0.51 1.5 4.563468435706397
7 1 6.5 7.49 0.51 1.5 7.111654376782881
8 1 7.5 8.49 0.51 1.5 4.267198134968521
9 1 8.5 9.49 0.51 1.5 1.4681914146716841
10 1 9.5 10.49 0.51 1.5 4.0144151186409545
11 1 10.5 11.49 0.51 1.5 2.2211045160401555
0 0 -0.5 0.49 -0.49 0.5 2.9625851097808065
1 0 0.5 1.49 -0.49 0.5 3.750924742534546
2 0 1.5 2.49 -0.49 0.5 5.061446012661297
3 0 2.5 3.49 -0.49 0.5 0.7004721832125795
4 0 3.5 4.49 -0.49 0.5 7.668500374968262
5 0 4.5 5.49 -0.49 0.5 6.714768081303268
6 0 5.5 6.49 -0.49 0.5 0.6303604267318192
7 0 6.5 7.49 -0.49 0.5 0.836091968074199
8 0 7.5 8.49 -0.49 0.5 1.9446466195547827
9 0 8.5 9.49 -0.49 0.5 1.876577336690071
10 0 9.5 10.49 -0.49 0.5 6.0560660799267945
11 0 10.5 11.49 -0.49 0.5 0.7576621451443726
EOD
plot $d2 using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid 1 noborder notitle
unset multiplot
