set terminal svg noenhanced size 482,429 fixed font 'DejaVu Sans,9' linewidth 0.8 butt background '#ffffff'
set encoding utf8
set decimalsign ','
set multiplot
set label 1 'Внимание, слой 2, голова 5' at screen 0.5, screen 0.9736 center front font 'DejaVu Sans:Bold,11' textcolor rgb '#333333'
unset border; unset tics; unset key
set xrange [0:1]; set yrange [0:1]
plot NaN notitle
reset
set origin 0,0.4547; set size 0.5,0.4925
set border 3 linecolor rgb '#666666' linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid linecolor rgb '#E6E6E6' linetype 1 linewidth 0.6 back
set style fill solid 1 noborder
set bars small
unset key
set label 2 'до' at screen 0.25, screen 0.9208 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set palette maxcolors 256 defined (0 '#FFFFFF', 1 '#DCEAF5', 2 '#A9CEE6', 3 '#65A9D3', 4 '#2B7DB8', 5 '#0B4F8A', 6 '#06305A')
set cbrange [0:0.6]
unset colorbox
set lmargin at screen 0.1314; set rmargin at screen 0.3887; set tmargin at screen 0.891; set bmargin at screen 0.6021
set xtics scale 0 rotate by 90 right ('[CLS]' 0, 'Банк' 1, 'рос' 2, '##сии' 3, 'повысил' 4, 'ключевую' 5, 'ставку' 6, '.' 7, '[SEP]' 8) noenhanced font 'DejaVu Sans,7.5'
set ytics scale 0 ('[CLS]' 8, 'Банк' 7, 'рос' 6, '##сии' 5, 'повысил' 4, 'ключевую' 3, 'ставку' 2, '.' 1, '[SEP]' 0) noenhanced font 'DejaVu Sans,7.5'
set xrange [-0.5:8.5]; set yrange [-0.5:8.5]
set label 3 'токен' at screen 0.0165, screen 0.7466 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 4 'куда смотрит' at screen 0.26, screen 0.4719 center textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set colorbox noborder user origin screen 0.4034, screen 0.6021 size screen 0.0176, screen 0.2889
set cbtics scale 0.3 ('0' 0, '0,2' 0.2, '0,4' 0.4, '0,6' 0.6) noenhanced textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 5 'вес внимания' at screen 0.48, screen 0.7466 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set border 15 linecolor rgb '#E6E6E6' linewidth 0.6; unset grid
set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb '#EFEFEF' fillstyle solid 1 noborder
set label 6 ',1' at 0, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 7 ',01' at 1, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 8 '0' at 2, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 9 ',27' at 3, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 10 ',12' at 4, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 11 ',07' at 5, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 12 ',24' at 6, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 13 ',08' at 7, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 14 ',11' at 8, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 15 ',22' at 0, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 16 ',35' at 1, 7 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,6.5'
set label 17 ',01' at 2, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 18 '0' at 3, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 19 ',01' at 4, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 20 ',1' at 5, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 21 ',12' at 6, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 22 ',18' at 7, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 23 ',01' at 8, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 24 ',1' at 0, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 25 ',03' at 1, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 26 ',24' at 2, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 27 ',01' at 3, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 28 ',04' at 4, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 29 '0' at 5, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 30 ',13' at 6, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 31 ',05' at 7, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 32 ',39' at 8, 6 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,6.5'
set label 33 ',01' at 0, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 34 ',02' at 1, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 35 ',02' at 2, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 36 ',26' at 3, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 37 ',23' at 4, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 38 ',2' at 5, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 39 ',16' at 6, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 40 ',08' at 7, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 41 ',02' at 8, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 42 ',01' at 0, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 43 ',13' at 1, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 44 ',04' at 2, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 45 '0' at 3, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 46 '0' at 4, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 47 ',49' at 5, 4 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,6.5'
set label 48 ',01' at 6, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 49 ',31' at 7, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 50 '0' at 8, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 51 ',39' at 0, 3 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,6.5'
set label 52 ',13' at 1, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 53 ',05' at 2, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 54 ',19' at 3, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 55 ',12' at 4, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 56 ',02' at 5, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 57 ',04' at 6, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 58 ',01' at 7, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 59 ',05' at 8, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 60 ',01' at 0, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 61 ',15' at 1, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 62 ',01' at 2, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 63 ',12' at 3, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 64 ',3' at 4, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 65 ',07' at 5, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 66 ',24' at 6, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 67 ',05' at 7, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 68 ',04' at 8, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 69 ',01' at 0, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 70 '0' at 1, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 71 ',01' at 2, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 72 ',09' at 3, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 73 ',24' at 4, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 74 '0' at 5, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 75 ',34' at 6, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,6.5'
set label 76 ',04' at 7, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 77 ',26' at 8, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 78 ',29' at 0, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 79 ',07' at 1, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 80 ',25' at 2, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 81 ',02' at 3, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 82 ',09' at 4, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 83 ',04' at 5, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 84 ',08' at 6, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 85 ',14' at 7, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 86 ',03' at 8, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
$d1 << EOD
0 8 -0.5 0.49 7.51 8.5 0.10155465284006412
1 8 0.5 1.49 7.51 8.5 0.01242275549977058
2 8 1.5 2.49 7.51 8.5 0.0030184780638119304
3 8 2.5 3.49 7.51 8.5 0.2705524454857159
4 8 3.5 4.49 7.51 8.5 0.11545444390313712
5 8 4.5 5.49 7.51 8.5 0.06923021746126391
6 8 5.5 6.49 7.51 8.5 0.23928155653933317
7 8 6.5 7.49 7.51 8.5 0.07989477379647847
8 8 7.5 8.49 7.51 8.5 0.10859067641042477
0 7 -0.5 0.49 6.51 7.5 0.21664923333613217
1 7 0.5 1.49 6.51 7.5 0.3511081767413245
2 7 1.5 2.49 6.51 7.5 0.011851676146153579
3 7 2.5 3.49 6.51 7.5 0.0029323591420678335
4 7 3.5 4.49 6.51 7.5 0.0084560129023484
5 7 4.5 5.49 6.51 7.5 0.09656413547692971
6 7 5.5 6.49 6.51 7.5 0.12202392444007255
7 7 6.5 7.49 6.51 7.5 0.18179697855529436
8 7 7.5 8.49 6.51 7.5 0.008617503259676841
0 6 -0.5 0.49 5.51 6.5 0.10214861181444759
1 6 0.5 1.49 5.51 6.5 0.02802636096414929
2 6 1.5 2.49 5.51 6.5 0.23797123008764817
3 6 2.5 3.49 5.51 6.5 0.011172207792969716
4 6 3.5 4.49 5.51 6.5 0.042304488151147866
5 6 4.5 5.49 5.51 6.5 0.004354555284489749
6 6 5.5 6.49 5.51 6.5 0.134113686753505
7 6 6.5 7.49 5.51 6.5 0.04760578938711077
8 6 7.5 8.49 5.51 6.5 0.3923030697645318
0 5 -0.5 0.49 4.51 5.5 0.011124235412310848
1 5 0.5 1.49 4.51 5.5 0.01842907157302494
2 5 1.5 2.49 4.51 5.5 0.022482833926823948
3 5 2.5 3.49 4.51 5.5 0.26226711812460424
4 5 3.5 4.49 4.51 5.5 0.22844283354199416
5 5 4.5 5.49 4.51 5.5 0.20092715848898612
6 5 5.5 6.49 4.51 5.5 0.16088403027475984
7 5 6.5 7.49 4.51 5.5 0.0797450389838865
8 5 7.5 8.49 4.51 5.5 0.015697679673609223
0 4 -0.5 0.49 3.51 4.5 0.014685057108192342
1 4 0.5 1.49 3.51 4.5 0.12835766794467934
2 4 1.5 2.49 3.51 4.5 0.04367938126455247
3 4 2.5 3.49 3.51 4.5 0.00045974294065771683
4 4 3.5 4.49 3.51 4.5 0.0028224557013861867
5 4 4.5 5.49 3.51 4.5 0.48838484232708895
6 4 5.5 6.49 3.51 4.5 0.009060478182428378
7 4 6.5 7.49 3.51 4.5 0.3114653853101117
8 4 7.5 8.49 3.51 4.5 0.0010849892209028654
0 3 -0.5 0.49 2.51 3.5 0.3877675614709637
1 3 0.5 1.49 2.51 3.5 0.1260339890777243
2 3 1.5 2.49 2.51 3.5 0.054381212032295526
3 3 2.5 3.49 2.51 3.5 0.19165284477572914
4 3 3.5 4.49 2.51 3.5 0.12349907135556581
5 3 4.5 5.49 2.51 3.5 0.01583819679864238
6 3 5.5 6.49 2.51 3.5 0.03893486606690279
7 3 6.5 7.49 2.51 3.5 0.007090018025223156
8 3 7.5 8.49 2.51 3.5 0.05480224039695314
0 2 -0.5 0.49 1.51 2.5 0.00706793144916602
1 2 0.5 1.49 1.51 2.5 0.15148005549979143
2 2 1.5 2.49 1.51 2.5 0.01492277882706292
3 2 2.5 3.49 1.51 2.5 0.12305033009190992
4 2 3.5 4.49 1.51 2.5 0.3044855476894539
5 2 4.5 5.49 1.51 2.5 0.06537141741844953
6 2 5.5 6.49 1.51 2.5 0.24245244590205664
7 2 6.5 7.49 1.51 2.5 0.05279958687639227
8 2 7.5 8.49 1.51 2.5 0.03836990624571715
0 1 -0.5 0.49 0.51 1.5 0.007372426943680773
1 1 0.5 1.49 0.51 1.5 0.003948653313881659
2 1 1.5 2.49 0.51 1.5 0.014552791757154869
3 1 2.5 3.49 0.51 1.5 0.0875310482295812
4 1 3.5 4.49 0.51 1.5 0.24232567622977144
5 1 4.5 5.49 0.51 1.5 0.003079117996824344
6 1 5.5 6.49 0.51 1.5 0.3361124073033584
7 1 6.5 7.49 0.51 1.5 0.0407828858610257
8 1 7.5 8.49 0.51 1.5 0.2642949923647216
0 0 -0.5 0.49 -0.49 0.5 0.29499898588221396
1 0 0.5 1.49 -0.49 0.5 0.06664891519549702
2 0 1.5 2.49 -0.49 0.5 0.2476531942630921
3 0 2.5 3.49 -0.49 0.5 0.015762303497121925
4 0 3.5 4.49 -0.49 0.5 0.09230915607484245
5 0 4.5 5.49 -0.49 0.5 0.03567466509700706
6 0 5.5 6.49 -0.49 0.5 0.07708575888514974
7 0 6.5 7.49 -0.49 0.5 0.13882540226150542
8 0 7.5 8.49 -0.49 0.5 0.031041618843570283
EOD
plot $d1 using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid 1 noborder notitle
reset
set origin 0.5,0.4547; set size 0.5,0.4925
set border 3 linecolor rgb '#666666' linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid linecolor rgb '#E6E6E6' linetype 1 linewidth 0.6 back
set style fill solid 1 noborder
set bars small
unset key
set label 2 'после' at screen 0.75, screen 0.9208 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set palette maxcolors 256 defined (0 '#FFFFFF', 1 '#DCEAF5', 2 '#A9CEE6', 3 '#65A9D3', 4 '#2B7DB8', 5 '#0B4F8A', 6 '#06305A')
set cbrange [0:0.6]
unset colorbox
set lmargin at screen 0.6314; set rmargin at screen 0.8887; set tmargin at screen 0.891; set bmargin at screen 0.6021
set xtics scale 0 rotate by 90 right ('[CLS]' 0, 'Банк' 1, 'рос' 2, '##сии' 3, 'повысил' 4, 'ключевую' 5, 'ставку' 6, '.' 7, '[SEP]' 8) noenhanced font 'DejaVu Sans,7.5'
set ytics scale 0 ('[CLS]' 8, 'Банк' 7, 'рос' 6, '##сии' 5, 'повысил' 4, 'ключевую' 3, 'ставку' 2, '.' 1, '[SEP]' 0) noenhanced font 'DejaVu Sans,7.5'
set xrange [-0.5:8.5]; set yrange [-0.5:8.5]
set label 3 'токен' at screen 0.5165, screen 0.7466 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 4 'куда смотрит' at screen 0.76, screen 0.4719 center textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set colorbox noborder user origin screen 0.9034, screen 0.6021 size screen 0.0176, screen 0.2889
set cbtics scale 0.3 ('0' 0, '0,2' 0.2, '0,4' 0.4, '0,6' 0.6) noenhanced textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 5 'вес внимания' at screen 0.98, screen 0.7466 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set border 15 linecolor rgb '#E6E6E6' linewidth 0.6; unset grid
set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb '#EFEFEF' fillstyle solid 1 noborder
set label 6 ',08' at 0, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 7 ',01' at 1, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 8 ',04' at 2, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 9 ',24' at 3, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 10 ',08' at 4, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 11 '0' at 5, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 12 ',06' at 6, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 13 ',48' at 7, 8 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,6.5'
set label 14 ',02' at 8, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 15 ',02' at 0, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 16 ',14' at 1, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 17 '0' at 2, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 18 ',05' at 3, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 19 ',02' at 4, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 20 ',14' at 5, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 21 ',01' at 6, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 22 ',47' at 7, 7 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,6.5'
set label 23 ',15' at 8, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 24 ',01' at 0, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 25 ',21' at 1, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 26 ',23' at 2, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 27 ',13' at 3, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 28 '0' at 4, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 29 ',03' at 5, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 30 ',31' at 6, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 31 ',03' at 7, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 32 ',05' at 8, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 33 ',14' at 0, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 34 ',1' at 1, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 35 ',07' at 2, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 36 '0' at 3, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 37 ',11' at 4, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 38 ',01' at 5, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 39 ',02' at 6, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 40 ',04' at 7, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 41 ',52' at 8, 5 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,6.5'
set label 42 ',07' at 0, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 43 ',06' at 1, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 44 ',18' at 2, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 45 ',24' at 3, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 46 ',27' at 4, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 47 ',05' at 5, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 48 ',07' at 6, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 49 ',03' at 7, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 50 ',03' at 8, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 51 ',39' at 0, 3 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,6.5'
set label 52 '0' at 1, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 53 ',03' at 2, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 54 ',1' at 3, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 55 ',05' at 4, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 56 '0' at 5, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 57 ',08' at 6, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 58 ',33' at 7, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 59 ',01' at 8, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 60 ',01' at 0, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 61 ',25' at 1, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 62 ',07' at 2, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 63 '0' at 3, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 64 ',03' at 4, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 65 ',13' at 5, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 66 ',32' at 6, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 67 '0' at 7, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 68 ',18' at 8, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 69 ',37' at 0, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,6.5'
set label 70 ',03' at 1, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 71 ',06' at 2, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 72 ',15' at 3, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 73 ',18' at 4, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 74 ',01' at 5, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 75 '0' at 6, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 76 ',03' at 7, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 77 ',17' at 8, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 78 ',33' at 0, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,6.5'
set label 79 ',01' at 1, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 80 ',06' at 2, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 81 ',09' at 3, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 82 ',17' at 4, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 83 ',14' at 5, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 84 '0' at 6, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 85 ',19' at 7, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
set label 86 '0' at 8, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,6.5'
$d2 << EOD
0 8 -0.5 0.49 7.51 8.5 0.07592737802954021
1 8 0.5 1.49 7.51 8.5 0.008397860467287166
2 8 1.5 2.49 7.51 8.5 0.03917201375422127
3 8 2.5 3.49 7.51 8.5 0.2404712173501908
4 8 3.5 4.49 7.51 8.5 0.08203511797919262
5 8 4.5 5.49 7.51 8.5 0.0030999923332784085
6 8 5.5 6.49 7.51 8.5 0.05521811439314531
7 8 6.5 7.49 7.51 8.5 0.4779078776583457
8 8 7.5 8.49 7.51 8.5 0.017770428034798492
0 7 -0.5 0.49 6.51 7.5 0.022622025933256434
1 7 0.5 1.49 6.51 7.5 0.1402893692700241
2 7 1.5 2.49 6.51 7.5 0.003518384876544064
3 7 2.5 3.49 6.51 7.5 0.04919544842288046
4 7 3.5 4.49 6.51 7.5 0.017979157054743226
5 7 4.5 5.49 6.51 7.5 0.1411714708775701
6 7 5.5 6.49 6.51 7.5 0.009434575777225791
7 7 6.5 7.49 6.51 7.5 0.4706428296177328
8 7 7.5 8.49 6.51 7.5 0.1451467381700229
0 6 -0.5 0.49 5.51 6.5 0.014897563667782514
1 6 0.5 1.49 5.51 6.5 0.20599553426003583
2 6 1.5 2.49 5.51 6.5 0.2312752173536524
3 6 2.5 3.49 5.51 6.5 0.12922958022776745
4 6 3.5 4.49 5.51 6.5 0.0006235245645330394
5 6 4.5 5.49 5.51 6.5 0.02654984773677389
6 6 5.5 6.49 5.51 6.5 0.30859099087306585
7 6 6.5 7.49 5.51 6.5 0.0331536995465749
8 6 7.5 8.49 5.51 6.5 0.04968404176981407
0 5 -0.5 0.49 4.51 5.5 0.13960106099676223
1 5 0.5 1.49 4.51 5.5 0.09644468964146706
2 5 1.5 2.49 4.51 5.5 0.06506527601777848
3 5 2.5 3.49 4.51 5.5 0.002154199384905751
4 5 3.5 4.49 4.51 5.5 0.1084381955810611
5 5 4.5 5.49 4.51 5.5 0.0058963031921874555
6 5 5.5 6.49 4.51 5.5 0.019586754715644483
7 5 6.5 7.49 4.51 5.5 0.044318962547676526
8 5 7.5 8.49 4.51 5.5 0.5184945579225171
0 4 -0.5 0.49 3.51 4.5 0.06656014062080506
1 4 0.5 1.49 3.51 4.5 0.05704919585577912
2 4 1.5 2.49 3.51 4.5 0.18087541082266353
3 4 2.5 3.49 3.51 4.5 0.24173939520981902
4 4 3.5 4.49 3.51 4.5 0.2729824737040698
5 4 4.5 5.49 3.51 4.5 0.05393484664162481
6 4 5.5 6.49 3.51 4.5 0.06986816269274095
7 4 6.5 7.49 3.51 4.5 0.029549209066192034
8 4 7.5 8.49 3.51 4.5 0.027441165386305595
0 3 -0.5 0.49 2.51 3.5 0.39266780742298224
1 3 0.5 1.49 2.51 3.5 0.0018194775592501283
2 3 1.5 2.49 2.51 3.5 0.03452682667026339
3 3 2.5 3.49 2.51 3.5 0.09526869472563186
4 3 3.5 4.49 2.51 3.5 0.04767766923838939
5 3 4.5 5.49 2.51 3.5 0.0004565904481348224
6 3 5.5 6.49 2.51 3.5 0.08421930452638927
7 3 6.5 7.49 2.51 3.5 0.329354721503618
8 3 7.5 8.49 2.51 3.5 0.014008907905340769
0 2 -0.5 0.49 1.51 2.5 0.013257106405672714
1 2 0.5 1.49 1.51 2.5 0.2542776056095119
2 2 1.5 2.49 1.51 2.5 0.07134146366842457
3 2 2.5 3.49 1.51 2.5 0.002600524497136116
4 2 3.5 4.49 1.51 2.5 0.028494201142816075
5 2 4.5 5.49 1.51 2.5 0.1288118081945493
6 2 5.5 6.49 1.51 2.5 0.3227833490497847
7 2 6.5 7.49 1.51 2.5 0.0014229770176372844
8 2 7.5 8.49 1.51 2.5 0.17701096441446756
0 1 -0.5 0.49 0.51 1.5 0.36990351562437396
1 1 0.5 1.49 0.51 1.5 0.02741264511934386
2 1 1.5 2.49 0.51 1.5 0.05933061405121148
3 1 2.5 3.49 0.51 1.5 0.1504258583260401
4 1 3.5 4.49 0.51 1.5 0.17655867278772516
5 1 4.5 5.49 0.51 1.5 0.007007318380743055
6 1 5.5 6.49 0.51 1.5 0.004692323827363619
7 1 6.5 7.49 0.51 1.5 0.031294887682540184
8 1 7.5 8.49 0.51 1.5 0.17337416420065832
0 0 -0.5 0.49 -0.49 0.5 0.3317268113755803
1 0 0.5 1.49 -0.49 0.5 0.011304774767011118
2 0 1.5 2.49 -0.49 0.5 0.06255227201571784
3 0 2.5 3.49 -0.49 0.5 0.09136115279164687
4 0 3.5 4.49 -0.49 0.5 0.17090630865936918
5 0 4.5 5.49 -0.49 0.5 0.13924756926054793
6 0 5.5 6.49 -0.49 0.5 0.0006042336125366085
7 0 6.5 7.49 -0.49 0.5 0.18832842139005787
8 0 7.5 8.49 -0.49 0.5 0.003968456127532123
EOD
plot $d2 using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid 1 noborder notitle
reset
set origin 0.25,0; set size 0.5,0.4547
set border 3 linecolor rgb '#666666' linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid linecolor rgb '#E6E6E6' linetype 1 linewidth 0.6 back
set style fill solid 1 noborder
set bars small
unset key
set label 2 'разность' at screen 0.5, screen 0.4283 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set palette maxcolors 256 defined (0 '#06457A', 1 '#2B7DB8', 2 '#A9CEE6', 3 '#FFFFFF', 4 '#F5BE9B', 5 '#D55E00', 6 '#863B00')
set cbrange [-0.5027968782489078:0.5027968782489078]
unset colorbox
set lmargin at screen 0.3814; set rmargin at screen 0.6051; set tmargin at screen 0.3986; set bmargin at screen 0.1475
set xtics scale 0 rotate by 90 right ('[CLS]' 0, 'Банк' 1, 'рос' 2, '##сии' 3, 'повысил' 4, 'ключевую' 5, 'ставку' 6, '.' 7, '[SEP]' 8) noenhanced font 'DejaVu Sans,7.5'
set ytics scale 0 ('[CLS]' 8, 'Банк' 7, 'рос' 6, '##сии' 5, 'повысил' 4, 'ключевую' 3, 'ставку' 2, '.' 1, '[SEP]' 0) noenhanced font 'DejaVu Sans,7.5'
set xrange [-0.5:8.5]; set yrange [-0.5:8.5]
set label 3 'токен' at screen 0.2665, screen 0.273 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 4 'куда смотрит' at screen 0.4932, screen 0.0172 center textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set colorbox noborder user origin screen 0.6198, screen 0.1475 size screen 0.0176, screen 0.2511
set cbtics scale 0.3 ('−0,5' -0.5, '0' 0, '0,5' 0.5) noenhanced textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 5 'разность' at screen 0.7097, screen 0.273 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set border 15 linecolor rgb '#E6E6E6' linewidth 0.6; unset grid
set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb '#EFEFEF' fillstyle solid 1 noborder
$d3 << EOD
0 8 -0.5 0.49 7.51 8.5 -0.025627274810523917
1 8 0.5 1.49 7.51 8.5 -0.004024895032483414
2 8 1.5 2.49 7.51 8.5 0.036153535690409334
3 8 2.5 3.49 7.51 8.5 -0.03008122813552508
4 8 3.5 4.49 7.51 8.5 -0.033419325923944504
5 8 4.5 5.49 7.51 8.5 -0.0661302251279855
6 8 5.5 6.49 7.51 8.5 -0.18406344214618786
7 8 6.5 7.49 7.51 8.5 0.3980131038618672
8 8 7.5 8.49 7.51 8.5 -0.09082024837562629
0 7 -0.5 0.49 6.51 7.5 -0.19402720740287574
1 7 0.5 1.49 6.51 7.5 -0.21081880747130038
2 7 1.5 2.49 6.51 7.5 -0.008333291269609515
3 7 2.5 3.49 6.51 7.5 0.04626308928081263
4 7 3.5 4.49 6.51 7.5 0.009523144152394827
5 7 4.5 5.49 6.51 7.5 0.04460733540064038
6 7 5.5 6.49 6.51 7.5 -0.11258934866284676
7 7 6.5 7.49 6.51 7.5 0.28884585106243843
8 7 7.5 8.49 6.51 7.5 0.13652923491034608
0 6 -0.5 0.49 5.51 6.5 -0.08725104814666508
1 6 0.5 1.49 5.51 6.5 0.17796917329588655
2 6 1.5 2.49 5.51 6.5 -0.006696012733995782
3 6 2.5 3.49 5.51 6.5 0.11805737243479773
4 6 3.5 4.49 5.51 6.5 -0.04168096358661483
5 6 4.5 5.49 5.51 6.5 0.02219529245228414
6 6 5.5 6.49 5.51 6.5 0.17447730411956086
7 6 6.5 7.49 5.51 6.5 -0.014452089840535871
8 6 7.5 8.49 5.51 6.5 -0.3426190279947177
0 5 -0.5 0.49 4.51 5.5 0.1284768255844514
1 5 0.5 1.49 4.51 5.5 0.07801561806844212
2 5 1.5 2.49 4.51 5.5 0.042582442090954534
3 5 2.5 3.49 4.51 5.5 -0.2601129187396985
4 5 3.5 4.49 4.51 5.5 -0.12000463796093305
5 5 4.5 5.49 4.51 5.5 -0.19503085529679867
6 5 5.5 6.49 4.51 5.5 -0.14129727555911537
7 5 6.5 7.49 4.51 5.5 -0.03542607643620998
8 5 7.5 8.49 4.51 5.5 0.5027968782489078
0 4 -0.5 0.49 3.51 4.5 0.05187508351261272
1 4 0.5 1.49 3.51 4.5 -0.07130847208890023
2 4 1.5 2.49 3.51 4.5 0.13719602955811105
3 4 2.5 3.49 3.51 4.5 0.24127965226916132
4 4 3.5 4.49 3.51 4.5 0.27016001800268363
5 4 4.5 5.49 3.51 4.5 -0.43444999568546416
6 4 5.5 6.49 3.51 4.5 0.06080768451031257
7 4 6.5 7.49 3.51 4.5 -0.2819161762439197
8 4 7.5 8.49 3.51 4.5 0.026356176165402728
0 3 -0.5 0.49 2.51 3.5 0.004900245952018545
1 3 0.5 1.49 2.51 3.5 -0.12421451151847418
2 3 1.5 2.49 2.51 3.5 -0.019854385362032136
3 3 2.5 3.49 2.51 3.5 -0.09638415005009728
4 3 3.5 4.49 2.51 3.5 -0.07582140211717642
5 3 4.5 5.49 2.51 3.5 -0.015381606350507558
6 3 5.5 6.49 2.51 3.5 0.04528443845948649
7 3 6.5 7.49 2.51 3.5 0.32226470347839486
8 3 7.5 8.49 2.51 3.5 -0.04079333249161237
0 2 -0.5 0.49 1.51 2.5 0.006189174956506694
1 2 0.5 1.49 1.51 2.5 0.10279755010972047
2 2 1.5 2.49 1.51 2.5 0.05641868484136166
3 2 2.5 3.49 1.51 2.5 -0.1204498055947738
4 2 3.5 4.49 1.51 2.5 -0.2759913465466378
5 2 4.5 5.49 1.51 2.5 0.06344039077609977
6 2 5.5 6.49 1.51 2.5 0.08033090314772803
7 2 6.5 7.49 1.51 2.5 -0.05137660985875498
8 2 7.5 8.49 1.51 2.5 0.13864105816875041
0 1 -0.5 0.49 0.51 1.5 0.36253108868069317
1 1 0.5 1.49 0.51 1.5 0.0234639918054622
2 1 1.5 2.49 0.51 1.5 0.044777822294056614
3 1 2.5 3.49 0.51 1.5 0.0628948100964589
4 1 3.5 4.49 0.51 1.5 -0.06576700344204628
5 1 4.5 5.49 0.51 1.5 0.003928200383918711
6 1 5.5 6.49 0.51 1.5 -0.3314200834759948
7 1 6.5 7.49 0.51 1.5 -0.009487998178485516
8 1 7.5 8.49 0.51 1.5 -0.09092082816406327
0 0 -0.5 0.49 -0.49 0.5 0.03672782549336634
1 0 0.5 1.49 -0.49 0.5 -0.055344140428485906
2 0 1.5 2.49 -0.49 0.5 -0.18510092224737426
3 0 2.5 3.49 -0.49 0.5 0.07559884929452496
4 0 3.5 4.49 -0.49 0.5 0.07859715258452672
5 0 4.5 5.49 -0.49 0.5 0.10357290416354087
6 0 5.5 6.49 -0.49 0.5 -0.07648152527261312
7 0 6.5 7.49 -0.49 0.5 0.049503019128552456
8 0 7.5 8.49 -0.49 0.5 -0.02707316271603816
EOD
plot $d3 using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid 1 noborder notitle
unset multiplot
