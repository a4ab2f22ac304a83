set terminal pngcairo noenhanced size 1339,1207 font 'DejaVu Sans,9' fontscale 2.08 linewidth 2.22 pointscale 2.78 butt background '#ffffff'
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
set label 2 'rubert-tiny2' at screen 0.5, screen 0.9739 center font 'DejaVu Sans:Bold,10' textcolor rgb '#333333'
set lmargin at screen 0.1221; set rmargin at screen 0.4515; set tmargin at screen 0.9217; set bmargin at screen 0.5563
set label 3 'голова 1' at screen 0.2868, screen 0.9396 center textcolor rgb '#333333' font 'DejaVu Sans,8.5'
unset xtics
set ytics scale 0 ('[CLS]' 13, 'Город' 12, 'с' 11, 'радостью' 10, 'встретил' 9, 'открытие' 8, 'новой' 7, 'станции' 6, 'метро' 5, 'после' 4, 'долгого' 3, 'ремонта' 2, '.' 1, '[SEP]' 0) noenhanced font 'DejaVu Sans,7.5'
set xrange [-0.5:13.5]; set yrange [-0.5:13.5]
set palette maxcolors 256 defined (0 '#FFFFFF', 1 '#DCEAF5', 2 '#A9CEE6', 3 '#65A9D3', 4 '#2B7DB8', 5 '#0B4F8A', 6 '#06305A')
set cbrange [5.640235812695399e-05:0.3990677329057273]
unset colorbox
set colorbox noborder user origin screen 0.4662, screen 0.5563 size screen 0.0176, screen 0.3654
set cbtics scale 0.3 ('0,1' 0.1, '0,2' 0.2, '0,3' 0.3) noenhanced textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 4 'токен' at screen 0.0165, screen 0.739 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set border 15 linecolor rgb '#E6E6E6' linewidth 0.6; unset grid
set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb '#EFEFEF' fillstyle solid 1 noborder
set label 5 ',11' at 0, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 6 ',01' at 1, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 7 ',31' at 2, 13 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 8 '0' at 3, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 9 ',01' at 4, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 10 ',07' at 5, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 11 ',13' at 6, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 12 ',02' at 7, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 13 '0' at 8, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 14 ',02' at 9, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 15 ',14' at 10, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 16 ',08' at 11, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 17 ',06' at 12, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 18 ',03' at 13, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 19 '0' at 0, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 20 ',21' at 1, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 21 ',09' at 2, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 22 ',04' at 3, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 23 ',08' at 4, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 24 ',15' at 5, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 25 ',03' at 6, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 26 ',07' at 7, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 27 ',1' at 8, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 28 ',09' at 9, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 29 ',05' at 10, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 30 ',01' at 11, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 31 '0' at 12, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 32 ',09' at 13, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 33 ',05' at 0, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 34 ',2' at 1, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 35 ',26' at 2, 11 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 36 ',07' at 3, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 37 ',13' at 4, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 38 ',02' at 5, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 39 ',04' at 6, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 40 '0' at 7, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 41 ',09' at 8, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 42 ',02' at 9, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 43 '0' at 10, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 44 ',02' at 11, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 45 '0' at 12, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 46 ',1' at 13, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 47 ',1' at 0, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 48 ',04' at 1, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 49 ',13' at 2, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 50 ',15' at 3, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 51 ',02' at 4, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 52 ',24' at 5, 10 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 53 '0' at 6, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 54 ',1' at 7, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 55 ',01' at 8, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 56 ',03' at 9, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 57 ',12' at 10, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 58 ',04' at 11, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 59 ',02' at 12, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 60 '0' at 13, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 61 ',09' at 0, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 62 ',01' at 1, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 63 ',02' at 2, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 64 ',07' at 3, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 65 ',17' at 4, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 66 ',02' at 5, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 67 ',03' at 6, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 68 ',23' at 7, 9 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 69 ',11' at 8, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 70 ',01' at 9, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 71 '0' at 10, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 72 ',01' at 11, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 73 ',25' at 12, 9 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 74 '0' at 13, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 75 ',01' at 0, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 76 ',1' at 1, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 77 ',08' at 2, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 78 ',06' at 3, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 79 ',18' at 4, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 80 ',01' at 5, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 81 ',01' at 6, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 82 ',01' at 7, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 83 ',06' at 8, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 84 ',12' at 9, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 85 '0' at 10, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 86 ',3' at 11, 8 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 87 ',01' at 12, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 88 ',04' at 13, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 89 ',08' at 0, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 90 ',08' at 1, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 91 ',01' at 2, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 92 ',07' at 3, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 93 '0' at 4, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 94 ',05' at 5, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 95 ',01' at 6, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 96 '0' at 7, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 97 ',33' at 8, 7 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 98 ',04' at 9, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 99 ',06' at 10, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 100 ',22' at 11, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 101 ',05' at 12, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 102 ',01' at 13, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 103 ',06' at 0, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 104 ',01' at 1, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 105 '0' at 2, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 106 ',01' at 3, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 107 ',23' at 4, 6 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 108 ',09' at 5, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 109 '0' at 6, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 110 ',06' at 7, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 111 ',16' at 8, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 112 ',02' at 9, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 113 ',02' at 10, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 114 ',04' at 11, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 115 ',01' at 12, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 116 ',28' at 13, 6 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 117 ',02' at 0, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 118 ',09' at 1, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 119 '0' at 2, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 120 ',05' at 3, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 121 ',03' at 4, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 122 ',05' at 5, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 123 ',15' at 6, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 124 ',12' at 7, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 125 ',02' at 8, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 126 ',16' at 9, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 127 ',01' at 10, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 128 ',12' at 11, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 129 ',12' at 12, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 130 ',06' at 13, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 131 ',02' at 0, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 132 ',11' at 1, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 133 ',01' at 2, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 134 ',01' at 3, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 135 ',24' at 4, 4 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 136 '0' at 5, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 137 ',12' at 6, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 138 ',08' at 7, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 139 ',05' at 8, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 140 '0' at 9, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 141 ',09' at 10, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 142 ',12' at 11, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 143 ',11' at 12, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 144 ',05' at 13, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 145 ',16' at 0, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 146 ',08' at 1, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 147 '0' at 2, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 148 ',06' at 3, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 149 ',04' at 4, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 150 ',01' at 5, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 151 ',02' at 6, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 152 ',17' at 7, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 153 ',05' at 8, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 154 '0' at 9, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 155 ',04' at 10, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 156 ',24' at 11, 3 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 157 ',12' at 12, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 158 '0' at 13, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 159 ',06' at 0, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 160 ',09' at 1, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 161 ',01' at 2, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 162 '0' at 3, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 163 ',01' at 4, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 164 ',06' at 5, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 165 ',02' at 6, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 166 ',08' at 7, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 167 ',07' at 8, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 168 ',03' at 9, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 169 ',21' at 10, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 170 ',01' at 11, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 171 ',1' at 12, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 172 ',26' at 13, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 173 ',05' at 0, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 174 ',11' at 1, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 175 '0' at 2, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 176 ',01' at 3, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 177 ',05' at 4, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 178 ',02' at 5, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 179 ',01' at 6, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 180 ',13' at 7, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 181 ',01' at 8, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 182 ',02' at 9, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 183 ',23' at 10, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 184 ',13' at 11, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 185 ',16' at 12, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 186 ',07' at 13, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 187 '0' at 0, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 188 ',4' at 1, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 189 ',09' at 2, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 190 ',01' at 3, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 191 ',04' at 4, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 192 ',03' at 5, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 193 ',07' at 6, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 194 ',17' at 7, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 195 '0' at 8, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 196 '0' at 9, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 197 ',01' at 10, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 198 ',03' at 11, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 199 ',02' at 12, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 200 ',12' at 13, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
$d1 << EOD
0 13 -0.5 0.49 12.51 13.5 0.11221425171605393
1 13 0.5 1.49 12.51 13.5 0.013480187374752263
2 13 1.5 2.49 12.51 13.5 0.30664884096381956
3 13 2.5 3.49 12.51 13.5 0.002470105272083899
4 13 3.5 4.49 12.51 13.5 0.009209489917982129
5 13 4.5 5.49 12.51 13.5 0.07042564601653693
6 13 5.5 6.49 12.51 13.5 0.12834060097371086
7 13 6.5 7.49 12.51 13.5 0.015063332981001043
8 13 7.5 8.49 12.51 13.5 0.0016733388238125936
9 13 8.5 9.49 12.51 13.5 0.022346738609893217
10 13 9.5 10.49 12.51 13.5 0.14493355213834525
11 13 10.5 11.49 12.51 13.5 0.07795778546715372
12 13 11.5 12.49 12.51 13.5 0.06427026017251238
13 13 12.5 13.49 12.51 13.5 0.03096586957234215
0 12 -0.5 0.49 11.51 12.5 0.0006668040188504896
1 12 0.5 1.49 11.51 12.5 0.20771679126647438
2 12 1.5 2.49 11.51 12.5 0.08512272502928575
3 12 2.5 3.49 11.51 12.5 0.03826116192595247
4 12 3.5 4.49 11.51 12.5 0.07618636884220104
5 12 4.5 5.49 11.51 12.5 0.14511431239250563
6 12 5.5 6.49 11.51 12.5 0.03424677316735043
7 12 6.5 7.49 11.51 12.5 0.07341457048250682
8 12 7.5 8.49 11.51 12.5 0.09967560138827679
9 12 8.5 9.49 11.51 12.5 0.09332047607949316
10 12 9.5 10.49 11.51 12.5 0.04553121629820042
11 12 10.5 11.49 11.51 12.5 0.014034577945938131
12 12 11.5 12.49 11.51 12.5 0.0004336630094805777
13 12 12.5 13.49 11.51 12.5 0.08627495815348364
0 11 -0.5 0.49 10.51 11.5 0.05409924957956798
1 11 0.5 1.49 10.51 11.5 0.197798447207569
2 11 1.5 2.49 10.51 11.5 0.26322293150866555
3 11 2.5 3.49 10.51 11.5 0.07291566676469097
4 11 3.5 4.49 10.51 11.5 0.1280093734952515
5 11 4.5 5.49 10.51 11.5 0.01696944249253407
6 11 5.5 6.49 10.51 11.5 0.04407586642915591
7 11 6.5 7.49 10.51 11.5 0.003826590923169505
8 11 7.5 8.49 10.51 11.5 0.08569500491934379
9 11 8.5 9.49 10.51 11.5 0.0199630596728268
10 11 9.5 10.49 10.51 11.5 0.0015973265498306906
11 11 10.5 11.49 10.51 11.5 0.015802832740709358
12 11 11.5 12.49 10.51 11.5 0.0010098488222595352
13 11 12.5 13.49 10.51 11.5 0.09501435889442518
0 10 -0.5 0.49 9.51 10.5 0.09922719142329049
1 10 0.5 1.49 9.51 10.5 0.04176598253446455
2 10 1.5 2.49 9.51 10.5 0.13298226954503356
3 10 2.5 3.49 9.51 10.5 0.14741451711211745
4 10 3.5 4.49 9.51 10.5 0.01807453446252223
5 10 4.5 5.49 9.51 10.5 0.2376909982932925
6 10 5.5 6.49 9.51 10.5 0.00029567924113062564
7 10 6.5 7.49 9.51 10.5 0.10322393515735796
8 10 7.5 8.49 9.51 10.5 0.00678134249059221
9 10 8.5 9.49 9.51 10.5 0.03474041896704499
10 10 9.5 10.49 9.51 10.5 0.12264968795357407
11 10 10.5 11.49 9.51 10.5 0.03637679872614046
12 10 11.5 12.49 9.51 10.5 0.01833203094232711
13 10 12.5 13.49 9.51 10.5 0.0004446131511117874
0 9 -0.5 0.49 8.51 9.5 0.09052987369490498
1 9 0.5 1.49 8.51 9.5 0.006723292220803586
2 9 1.5 2.49 8.51 9.5 0.024870196769617815
3 9 2.5 3.49 8.51 9.5 0.06736637641769791
4 9 3.5 4.49 8.51 9.5 0.16560785915684242
5 9 4.5 5.49 8.51 9.5 0.019794529659129593
6 9 5.5 6.49 8.51 9.5 0.028199319500463574
7 9 6.5 7.49 8.51 9.5 0.22636988852336015
8 9 7.5 8.49 8.51 9.5 0.10526866518803012
9 9 8.5 9.49 8.51 9.5 0.005912728501104953
10 9 9.5 10.49 8.51 9.5 0.001948028655719
11 9 10.5 11.49 8.51 9.5 0.010590087389663563
12 9 11.5 12.49 8.51 9.5 0.24653927538355028
13 9 12.5 13.49 8.51 9.5 0.0002798789391121225
0 8 -0.5 0.49 7.51 8.5 0.012276619270855443
1 8 0.5 1.49 7.51 8.5 0.10120101369588284
2 8 1.5 2.49 7.51 8.5 0.07942038803648574
3 8 2.5 3.49 7.51 8.5 0.05763449989510781
4 8 3.5 4.49 7.51 8.5 0.18000929027606752
5 8 4.5 5.49 7.51 8.5 0.013021148978637294
6 8 5.5 6.49 7.51 8.5 0.006695146992587527
7 8 6.5 7.49 7.51 8.5 0.013435519830521906
8 8 7.5 8.49 7.51 8.5 0.06320966359587245
9 8 8.5 9.49 7.51 8.5 0.12129519330665607
10 8 9.5 10.49 7.51 8.5 0.0002157961337448952
11 8 10.5 11.49 7.51 8.5 0.29755646417703757
12 8 11.5 12.49 7.51 8.5 0.013324089302611246
13 8 12.5 13.49 7.51 8.5 0.040705166507931795
0 7 -0.5 0.49 6.51 7.5 0.0766433045198095
1 7 0.5 1.49 6.51 7.5 0.08486522907215653
2 7 1.5 2.49 6.51 7.5 0.005312988099654063
3 7 2.5 3.49 6.51 7.5 0.06517190007739794
4 7 3.5 4.49 6.51 7.5 0.004919050150425562
5 7 4.5 5.49 6.51 7.5 0.046553837390391935
6 7 5.5 6.49 6.51 7.5 0.010888470898902458
7 7 6.5 7.49 6.51 7.5 5.640235812695399e-05
8 7 7.5 8.49 6.51 7.5 0.3341547844440531
9 7 8.5 9.49 6.51 7.5 0.041410363507172636
10 7 9.5 10.49 6.51 7.5 0.056197528784620754
11 7 10.5 11.49 6.51 7.5 0.21722856175283278
12 7 11.5 12.49 6.51 7.5 0.04901321878832197
13 7 12.5 13.49 6.51 7.5 0.007584360156133946
0 6 -0.5 0.49 5.51 6.5 0.06433531023720944
1 6 0.5 1.49 5.51 6.5 0.010294415142180224
2 6 1.5 2.49 5.51 6.5 0.004440948385883632
3 6 2.5 3.49 5.51 6.5 0.006549318193726612
4 6 3.5 4.49 5.51 6.5 0.2315035251794073
5 6 4.5 5.49 5.51 6.5 0.08974490662715456
6 6 5.5 6.49 5.51 6.5 0.004594685626914584
7 6 6.5 7.49 5.51 6.5 0.06131439442501725
8 6 7.5 8.49 5.51 6.5 0.1550190099942098
9 6 8.5 9.49 5.51 6.5 0.023434376135981635
10 6 9.5 10.49 5.51 6.5 0.023033835270258044
11 6 10.5 11.49 5.51 6.5 0.0356280611241422
12 6 11.5 12.49 5.51 6.5 0.012317296949524043
13 6 12.5 13.49 5.51 6.5 0.27778991670839076
0 5 -0.5 0.49 4.51 5.5 0.021055580174656818
1 5 0.5 1.49 4.51 5.5 0.09475908338303052
2 5 1.5 2.49 4.51 5.5 0.001482493987976181
3 5 2.5 3.49 4.51 5.5 0.05097257587252797
4 5 3.5 4.49 4.51 5.5 0.02689906466732509
5 5 4.5 5.49 4.51 5.5 0.05006534749898357
6 5 5.5 6.49 4.51 5.5 0.15453121033118797
7 5 6.5 7.49 4.51 5.5 0.11717709259618797
8 5 7.5 8.49 4.51 5.5 0.015687081245013158
9 5 8.5 9.49 4.51 5.5 0.1552138872710898
10 5 9.5 10.49 4.51 5.5 0.00981149200082874
11 5 10.5 11.49 4.51 5.5 0.12249639810285674
12 5 11.5 12.49 4.51 5.5 0.12364680862562172
13 5 12.5 13.49 4.51 5.5 0.05620188424271362
0 4 -0.5 0.49 3.51 4.5 0.018713372907046118
1 4 0.5 1.49 3.51 4.5 0.10914686221852554
2 4 1.5 2.49 3.51 4.5 0.007609735793658769
3 4 2.5 3.49 3.51 4.5 0.01141172532266151
4 4 3.5 4.49 3.51 4.5 0.24297143831944623
5 4 4.5 5.49 3.51 4.5 0.0001421514293817154
6 4 5.5 6.49 3.51 4.5 0.11522601992735615
7 4 6.5 7.49 3.51 4.5 0.0772463388299472
8 4 7.5 8.49 3.51 4.5 0.0543714247426072
9 4 8.5 9.49 3.51 4.5 0.0012710056897233706
10 4 9.5 10.49 3.51 4.5 0.08604831448929559
11 4 10.5 11.49 3.51 4.5 0.11572161164153724
12 4 11.5 12.49 3.51 4.5 0.11009833623154446
13 4 12.5 13.49 3.51 4.5 0.05002166245726884
0 3 -0.5 0.49 2.51 3.5 0.16306575115073244
1 3 0.5 1.49 2.51 3.5 0.08021911425087491
2 3 1.5 2.49 2.51 3.5 0.002211616069201416
3 3 2.5 3.49 2.51 3.5 0.06310351656136144
4 3 3.5 4.49 2.51 3.5 0.03816573539112942
5 3 4.5 5.49 2.51 3.5 0.007316969020349934
6 3 5.5 6.49 2.51 3.5 0.016562117538350893
7 3 6.5 7.49 2.51 3.5 0.16794370462206348
8 3 7.5 8.49 2.51 3.5 0.04673004438262047
9 3 8.5 9.49 2.51 3.5 0.0031636411368494172
10 3 9.5 10.49 2.51 3.5 0.04363260333428562
11 3 10.5 11.49 2.51 3.5 0.2429828162846797
12 3 11.5 12.49 2.51 3.5 0.1242500981628095
13 3 12.5 13.49 2.51 3.5 0.0006522720946911806
0 2 -0.5 0.49 1.51 2.5 0.05916178639977375
1 2 0.5 1.49 1.51 2.5 0.0851197449588759
2 2 1.5 2.49 1.51 2.5 0.011725410263612094
3 2 2.5 3.49 1.51 2.5 8.865054016553939e-05
4 2 3.5 4.49 1.51 2.5 0.010082673049987913
5 2 4.5 5.49 1.51 2.5 0.06238316467948221
6 2 5.5 6.49 1.51 2.5 0.024136581746160544
7 2 6.5 7.49 1.51 2.5 0.08170028886231778
8 2 7.5 8.49 1.51 2.5 0.06566810349296087
9 2 8.5 9.49 1.51 2.5 0.03018122872370002
10 2 9.5 10.49 1.51 2.5 0.207579892601882
11 2 10.5 11.49 1.51 2.5 0.006980753409601156
12 2 11.5 12.49 1.51 2.5 0.0966981869739096
13 2 12.5 13.49 1.51 2.5 0.2584935342975707
0 1 -0.5 0.49 0.51 1.5 0.050124822385146
1 1 0.5 1.49 0.51 1.5 0.11310993754750837
2 1 1.5 2.49 0.51 1.5 0.0031064503563174887
3 1 2.5 3.49 0.51 1.5 0.010423906955506912
4 1 3.5 4.49 0.51 1.5 0.05062158887101678
5 1 4.5 5.49 0.51 1.5 0.024514788353996963
6 1 5.5 6.49 0.51 1.5 0.0075879072958228684
7 1 6.5 7.49 0.51 1.5 0.12586760128585228
8 1 7.5 8.49 0.51 1.5 0.011941587210306501
9 1 8.5 9.49 0.51 1.5 0.021495776895128698
10 1 9.5 10.49 0.51 1.5 0.22679807549432074
11 1 10.5 11.49 0.51 1.5 0.12977143209857098
12 1 11.5 12.49 0.51 1.5 0.15605834901994906
13 1 12.5 13.49 0.51 1.5 0.0685777762305563
0 0 -0.5 0.49 -0.49 0.5 0.001298020692690191
1 0 0.5 1.49 -0.49 0.5 0.3990677329057273
2 0 1.5 2.49 -0.49 0.5 0.0900995926892222
3 0 2.5 3.49 -0.49 0.5 0.010744431598529305
4 0 3.5 4.49 -0.49 0.5 0.04209241046977165
5 0 4.5 5.49 -0.49 0.5 0.02521813796832543
6 0 5.5 6.49 -0.49 0.5 0.06536258804484525
7 0 6.5 7.49 -0.49 0.5 0.1728398527473524
8 0 7.5 8.49 -0.49 0.5 0.0011050357877296284
9 0 8.5 9.49 -0.49 0.5 0.003488313680639922
10 0 9.5 10.49 -0.49 0.5 0.014387212778641122
11 0 10.5 11.49 -0.49 0.5 0.02971430237430112
12 0 11.5 12.49 -0.49 0.5 0.02150027307804815
13 0 12.5 13.49 -0.49 0.5 0.12308209518417618
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
set lmargin at screen 0.5655; set rmargin at screen 0.8949; set tmargin at screen 0.9217; set bmargin at screen 0.5563
set label 2 'голова 2' at screen 0.7302, screen 0.9396 center textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set xtics scale 0 rotate by 90 right ('[CLS]' 0, 'Город' 1, 'с' 2, 'радостью' 3, 'встретил' 4, 'открытие' 5, 'новой' 6, 'станции' 7, 'метро' 8, 'после' 9, 'долгого' 10, 'ремонта' 11, '.' 12, '[SEP]' 13) noenhanced font 'DejaVu Sans,7.5'
unset ytics
set xrange [-0.5:13.5]; set yrange [-0.5:13.5]
set palette maxcolors 256 defined (0 '#FFFFFF', 1 '#DCEAF5', 2 '#A9CEE6', 3 '#65A9D3', 4 '#2B7DB8', 5 '#0B4F8A', 6 '#06305A')
set cbrange [6.300981948008787e-06:0.3737282768069512]
unset colorbox
set colorbox noborder user origin screen 0.9096, screen 0.5563 size screen 0.0176, screen 0.3654
set cbtics scale 0.3 ('0,1' 0.1, '0,2' 0.2, '0,3' 0.3) noenhanced textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 3 'куда смотрит' at screen 0.7302, screen 0.4352 center textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set border 15 linecolor rgb '#E6E6E6' linewidth 0.6; unset grid
set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb '#EFEFEF' fillstyle solid 1 noborder
set label 4 ',24' at 0, 13 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 5 ',01' at 1, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 6 ',02' at 2, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 7 ',02' at 3, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 8 ',06' at 4, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 9 ',04' at 5, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 10 ',12' at 6, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 11 ',04' at 7, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 12 ',07' at 8, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 13 ',06' at 9, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 14 ',23' at 10, 13 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 15 ',04' at 11, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 16 ',05' at 12, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 17 ',01' at 13, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 18 ',22' at 0, 12 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 19 ',04' at 1, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 20 ',06' at 2, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 21 ',04' at 3, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 22 ',01' at 4, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 23 ',01' at 5, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 24 ',12' at 6, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 25 ',1' at 7, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 26 ',2' at 8, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 27 '0' at 9, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 28 ',05' at 10, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 29 '0' at 11, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 30 ',12' at 12, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 31 ',02' at 13, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 32 '0' at 0, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 33 ',03' at 1, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 34 ',04' at 2, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 35 ',05' at 3, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 36 ',3' at 4, 11 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 37 ',02' at 5, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 38 ',04' at 6, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 39 ',02' at 7, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 40 ',19' at 8, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 41 ',03' at 9, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 42 ',08' at 10, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 43 ',14' at 11, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 44 ',01' at 12, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 45 ',06' at 13, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 46 ',21' at 0, 10 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 47 ',09' at 1, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 48 ',01' at 2, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 49 '0' at 3, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 50 '0' at 4, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 51 ',02' at 5, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 52 ',03' at 6, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 53 ',03' at 7, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 54 ',01' at 8, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 55 ',19' at 9, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 56 ',07' at 10, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 57 '0' at 11, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 58 ',22' at 12, 10 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 59 ',11' at 13, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 60 ',03' at 0, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 61 ',05' at 1, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 62 ',04' at 2, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 63 ',12' at 3, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 64 ',05' at 4, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 65 ',14' at 5, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 66 ',15' at 6, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 67 ',13' at 7, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 68 ',13' at 8, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 69 ',06' at 9, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 70 '0' at 10, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 71 ',06' at 11, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 72 ',02' at 12, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 73 ',02' at 13, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 74 ',04' at 0, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 75 ',17' at 1, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 76 ',01' at 2, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 77 ',11' at 3, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 78 '0' at 4, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 79 ',01' at 5, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 80 '0' at 6, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 81 ',05' at 7, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 82 ',12' at 8, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 83 ',01' at 9, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 84 ',07' at 10, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 85 ',29' at 11, 8 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 86 ',11' at 12, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 87 ',01' at 13, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 88 ',23' at 0, 7 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 89 ',12' at 1, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 90 ',04' at 2, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 91 '0' at 3, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 92 ',05' at 4, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 93 '0' at 5, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 94 ',26' at 6, 7 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 95 ',01' at 7, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 96 ',13' at 8, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 97 ',04' at 9, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 98 ',02' at 10, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 99 ',02' at 11, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 100 ',06' at 12, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 101 ',03' at 13, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 102 ',09' at 0, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 103 '0' at 1, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 104 ',11' at 2, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 105 ',03' at 3, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 106 ',03' at 4, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 107 ',09' at 5, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 108 ',2' at 6, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 109 ',2' at 7, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 110 ',1' at 8, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 111 ',02' at 9, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 112 ',01' at 10, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 113 ',05' at 11, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 114 ',02' at 12, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 115 ',05' at 13, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 116 ',09' at 0, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 117 ',02' at 1, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 118 ',21' at 2, 5 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 119 ',04' at 3, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 120 '0' at 4, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 121 '0' at 5, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 122 ',11' at 6, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 123 ',14' at 7, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 124 ',12' at 8, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 125 ',02' at 9, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 126 '0' at 10, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 127 ',14' at 11, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 128 ',03' at 12, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 129 ',07' at 13, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 130 ',04' at 0, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 131 ',02' at 1, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 132 ',11' at 2, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 133 ',01' at 3, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 134 ',29' at 4, 4 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 135 ',01' at 5, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 136 '0' at 6, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 137 ',1' at 7, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 138 '0' at 8, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 139 '0' at 9, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 140 ',13' at 10, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 141 ',06' at 11, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 142 ',13' at 12, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 143 ',09' at 13, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 144 ',02' at 0, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 145 ',01' at 1, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 146 ',1' at 2, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 147 ',26' at 3, 3 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 148 ',01' at 4, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 149 ',02' at 5, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 150 ',04' at 6, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 151 '0' at 7, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 152 ',02' at 8, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 153 ',24' at 9, 3 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 154 ',03' at 10, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 155 ',06' at 11, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 156 ',08' at 12, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 157 ',12' at 13, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 158 ',05' at 0, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 159 ',01' at 1, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 160 ',02' at 2, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 161 '0' at 3, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 162 ',01' at 4, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 163 ',07' at 5, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 164 ',04' at 6, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 165 '0' at 7, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 166 ',07' at 8, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 167 ',12' at 9, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 168 '0' at 10, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 169 ',08' at 11, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 170 ',24' at 12, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 171 ',28' at 13, 2 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 172 '0' at 0, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 173 ',12' at 1, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 174 ',13' at 2, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 175 ',04' at 3, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 176 '0' at 4, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 177 ',37' at 5, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 178 ',03' at 6, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 179 '0' at 7, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 180 ',07' at 8, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 181 '0' at 9, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 182 ',04' at 10, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 183 ',11' at 11, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 184 '0' at 12, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 185 ',09' at 13, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 186 ',15' at 0, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 187 ',01' at 1, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 188 ',12' at 2, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 189 ',01' at 3, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 190 ',37' at 4, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 191 ',05' at 5, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 192 ',06' at 6, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 193 ',01' at 7, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 194 ',07' at 8, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 195 '0' at 9, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 196 '0' at 10, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 197 ',03' at 11, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 198 ',03' at 12, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 199 ',09' at 13, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
$d2 << EOD
0 13 -0.5 0.49 12.51 13.5 0.24389046227846428
1 13 0.5 1.49 12.51 13.5 0.006174089692088529
2 13 1.5 2.49 12.51 13.5 0.02025228411756957
3 13 2.5 3.49 12.51 13.5 0.015446695044707286
4 13 3.5 4.49 12.51 13.5 0.06391334739272872
5 13 4.5 5.49 12.51 13.5 0.038728269767458454
6 13 5.5 6.49 12.51 13.5 0.11628143136712356
7 13 6.5 7.49 12.51 13.5 0.03541454673825955
8 13 7.5 8.49 12.51 13.5 0.06912893116486693
9 13 8.5 9.49 12.51 13.5 0.05702838510365923
10 13 9.5 10.49 12.51 13.5 0.23130846465226945
11 13 10.5 11.49 12.51 13.5 0.04305202960563031
12 13 11.5 12.49 12.51 13.5 0.05275406194622196
13 13 12.5 13.49 12.51 13.5 0.006627001128952125
0 12 -0.5 0.49 11.51 12.5 0.2248405578193889
1 12 0.5 1.49 11.51 12.5 0.039890497232668645
2 12 1.5 2.49 11.51 12.5 0.06451425293049877
3 12 2.5 3.49 11.51 12.5 0.04430332593591922
4 12 3.5 4.49 11.51 12.5 0.006845453759110712
5 12 4.5 5.49 11.51 12.5 0.010395610799078102
6 12 5.5 6.49 11.51 12.5 0.12262051136316979
7 12 6.5 7.49 11.51 12.5 0.09701580732341943
8 12 7.5 8.49 11.51 12.5 0.20210808875954867
9 12 8.5 9.49 11.51 12.5 0.00042235855892077046
10 12 9.5 10.49 11.51 12.5 0.050425017209363855
11 12 10.5 11.49 11.51 12.5 0.002046733257762058
12 12 11.5 12.49 11.51 12.5 0.11546077184030153
13 12 12.5 13.49 11.51 12.5 0.019111013210849428
0 11 -0.5 0.49 10.51 11.5 0.0008181348414814016
1 11 0.5 1.49 10.51 11.5 0.029429918769242076
2 11 1.5 2.49 10.51 11.5 0.04144727818220201
3 11 2.5 3.49 10.51 11.5 0.052185580020587055
4 11 3.5 4.49 10.51 11.5 0.2979345070031114
5 11 4.5 5.49 10.51 11.5 0.01517390625251762
6 11 5.5 6.49 10.51 11.5 0.03954531937795443
7 11 6.5 7.49 10.51 11.5 0.017621874214311495
8 11 7.5 8.49 10.51 11.5 0.19082881819853514
9 11 8.5 9.49 10.51 11.5 0.028969621707268814
10 11 9.5 10.49 10.51 11.5 0.0830339208709215
11 11 10.5 11.49 10.51 11.5 0.13796884275495191
12 11 11.5 12.49 10.51 11.5 0.005245981306734948
13 11 12.5 13.49 10.51 11.5 0.05979629650018019
0 10 -0.5 0.49 9.51 10.5 0.21307673687372172
1 10 0.5 1.49 9.51 10.5 0.09398576464479129
2 10 1.5 2.49 9.51 10.5 0.005417200644829302
3 10 2.5 3.49 9.51 10.5 0.0019114656764300532
4 10 3.5 4.49 9.51 10.5 0.004428764861636058
5 10 4.5 5.49 9.51 10.5 0.016277091786304185
6 10 5.5 6.49 9.51 10.5 0.03055722550834919
7 10 6.5 7.49 9.51 10.5 0.03195451363684051
8 10 7.5 8.49 9.51 10.5 0.006174795866467998
9 10 8.5 9.49 9.51 10.5 0.18666045756974692
10 10 9.5 10.49 9.51 10.5 0.07158846878422323
11 10 10.5 11.49 9.51 10.5 0.003173608068433422
12 10 11.5 12.49 9.51 10.5 0.22368124098101297
13 10 12.5 13.49 9.51 10.5 0.11111266509721308
0 9 -0.5 0.49 8.51 9.5 0.028475998128910853
1 9 0.5 1.49 8.51 9.5 0.04945248992639314
2 9 1.5 2.49 8.51 9.5 0.044132827595415654
3 9 2.5 3.49 8.51 9.5 0.12117990416962315
4 9 3.5 4.49 8.51 9.5 0.045023856256812544
5 9 4.5 5.49 8.51 9.5 0.13977559566075395
6 9 5.5 6.49 8.51 9.5 0.15180959046119666
7 9 6.5 7.49 8.51 9.5 0.13014984167817065
8 9 7.5 8.49 8.51 9.5 0.12891934082777842
9 9 8.5 9.49 8.51 9.5 0.06096141151759799
10 9 9.5 10.49 8.51 9.5 0.00015246247693216191
11 9 10.5 11.49 8.51 9.5 0.05701687027450177
12 9 11.5 12.49 8.51 9.5 0.020253781052616014
13 9 12.5 13.49 8.51 9.5 0.02269602997329705
0 8 -0.5 0.49 7.51 8.5 0.03583132199720425
1 8 0.5 1.49 7.51 8.5 0.17221605336823595
2 8 1.5 2.49 7.51 8.5 0.007866776459747215
3 8 2.5 3.49 7.51 8.5 0.10844161559366948
4 8 3.5 4.49 7.51 8.5 0.00041292310928524876
5 8 4.5 5.49 7.51 8.5 0.00798894194324232
6 8 5.5 6.49 7.51 8.5 0.0027968215547808095
7 8 6.5 7.49 7.51 8.5 0.04766024985195973
8 8 7.5 8.49 7.51 8.5 0.12057068754983606
9 8 8.5 9.49 7.51 8.5 0.01420854832324804
10 8 9.5 10.49 7.51 8.5 0.06942847313878305
11 8 10.5 11.49 7.51 8.5 0.28996279315068446
12 8 11.5 12.49 7.51 8.5 0.10833687464612235
13 8 12.5 13.49 7.51 8.5 0.014277919313201064
0 7 -0.5 0.49 6.51 7.5 0.22963533143187967
1 7 0.5 1.49 6.51 7.5 0.1219173113937734
2 7 1.5 2.49 6.51 7.5 0.03578746251301936
3 7 2.5 3.49 6.51 7.5 0.0037908072413440127
4 7 3.5 4.49 6.51 7.5 0.04526733260664078
5 7 4.5 5.49 6.51 7.5 0.0013534799068900293
6 7 5.5 6.49 6.51 7.5 0.25920117388439756
7 7 6.5 7.49 6.51 7.5 0.005071585034259754
8 7 7.5 8.49 6.51 7.5 0.1264199392047741
9 7 8.5 9.49 6.51 7.5 0.043738872597411084
10 7 9.5 10.49 6.51 7.5 0.017275919244484354
11 7 10.5 11.49 6.51 7.5 0.02441025256590316
12 7 11.5 12.49 6.51 7.5 0.05931902550452736
13 7 12.5 13.49 6.51 7.5 0.026811506870695383
0 6 -0.5 0.49 5.51 6.5 0.09386902704435027
1 6 0.5 1.49 5.51 6.5 0.002170408957000104
2 6 1.5 2.49 5.51 6.5 0.10955024587932903
3 6 2.5 3.49 5.51 6.5 0.03496382695527591
4 6 3.5 4.49 5.51 6.5 0.033534158210274036
5 6 4.5 5.49 5.51 6.5 0.08877878298165992
6 6 5.5 6.49 5.51 6.5 0.20457434295670762
7 6 6.5 7.49 5.51 6.5 0.19698656642997872
8 6 7.5 8.49 5.51 6.5 0.09598955190533354
9 6 8.5 9.49 5.51 6.5 0.016086909721090385
10 6 9.5 10.49 5.51 6.5 0.010218931360017523
11 6 10.5 11.49 5.51 6.5 0.04882849077749159
12 6 11.5 12.49 5.51 6.5 0.018948833941182817
13 6 12.5 13.49 5.51 6.5 0.04549992288030852
0 5 -0.5 0.49 4.51 5.5 0.09207867962738221
1 5 0.5 1.49 4.51 5.5 0.022439893016292654
2 5 1.5 2.49 4.51 5.5 0.2136161348326633
3 5 2.5 3.49 4.51 5.5 0.036991993478447845
4 5 3.5 4.49 4.51 5.5 0.00048003129142125444
5 5 4.5 5.49 4.51 5.5 0.00048363432107957144
6 5 5.5 6.49 4.51 5.5 0.10629877032351591
7 5 6.5 7.49 4.51 5.5 0.1415929133398569
8 5 7.5 8.49 4.51 5.5 0.11681506906613236
9 5 8.5 9.49 4.51 5.5 0.01932745025698007
10 5 9.5 10.49 4.51 5.5 0.0024449500925811185
11 5 10.5 11.49 4.51 5.5 0.1440292070400723
12 5 11.5 12.49 4.51 5.5 0.03016986643568243
13 5 12.5 13.49 4.51 5.5 0.07323140687789191
0 4 -0.5 0.49 3.51 4.5 0.041220965018516
1 4 0.5 1.49 3.51 4.5 0.02176689769551112
2 4 1.5 2.49 3.51 4.5 0.11085036549050105
3 4 2.5 3.49 3.51 4.5 0.006457908802631563
4 4 3.5 4.49 3.51 4.5 0.2902277572392748
5 4 4.5 5.49 3.51 4.5 0.014758955136153207
6 4 5.5 6.49 3.51 4.5 0.000777066609874974
7 4 6.5 7.49 3.51 4.5 0.09538570349457405
8 4 7.5 8.49 3.51 4.5 0.0037590254401701317
9 4 8.5 9.49 3.51 4.5 7.357707319147194e-05
10 4 9.5 10.49 3.51 4.5 0.13210474670793873
11 4 10.5 11.49 3.51 4.5 0.06134480365053877
12 4 11.5 12.49 3.51 4.5 0.13230970894356942
13 4 12.5 13.49 3.51 4.5 0.08896251869755477
0 3 -0.5 0.49 2.51 3.5 0.01502120092330322
1 3 0.5 1.49 2.51 3.5 0.007189982105742934
2 3 1.5 2.49 2.51 3.5 0.10038571319201459
3 3 2.5 3.49 2.51 3.5 0.2555321760621603
4 3 3.5 4.49 2.51 3.5 0.010125271982190319
5 3 4.5 5.49 2.51 3.5 0.01929354453027939
6 3 5.5 6.49 2.51 3.5 0.03833374525290422
7 3 6.5 7.49 2.51 3.5 0.003806464998261672
8 3 7.5 8.49 2.51 3.5 0.023437793826009225
9 3 8.5 9.49 2.51 3.5 0.24380664767271182
10 3 9.5 10.49 2.51 3.5 0.03413000661299298
11 3 10.5 11.49 2.51 3.5 0.05577124797550371
12 3 11.5 12.49 2.51 3.5 0.0766307525434901
13 3 12.5 13.49 2.51 3.5 0.11653545232243569
0 2 -0.5 0.49 1.51 2.5 0.04724354178335691
1 2 0.5 1.49 1.51 2.5 0.009979178054668891
2 2 1.5 2.49 1.51 2.5 0.017043015660784273
3 2 2.5 3.49 1.51 2.5 6.300981948008787e-06
4 2 3.5 4.49 1.51 2.5 0.011549682344051668
5 2 4.5 5.49 1.51 2.5 0.07443273826342646
6 2 5.5 6.49 1.51 2.5 0.03717354191925022
7 2 6.5 7.49 1.51 2.5 0.0036115788623478614
8 2 7.5 8.49 1.51 2.5 0.06667668450712762
9 2 8.5 9.49 1.51 2.5 0.1202944427336715
10 2 9.5 10.49 1.51 2.5 0.0030751116865825458
11 2 10.5 11.49 1.51 2.5 0.08495922891385273
12 2 11.5 12.49 1.51 2.5 0.24262287464452276
13 2 12.5 13.49 1.51 2.5 0.2813320796444085
0 1 -0.5 0.49 0.51 1.5 0.0001361888238505603
1 1 0.5 1.49 0.51 1.5 0.12254963999425537
2 1 1.5 2.49 0.51 1.5 0.12834726672323307
3 1 2.5 3.49 0.51 1.5 0.035062025744871265
4 1 3.5 4.49 0.51 1.5 0.004393519025923193
5 1 4.5 5.49 0.51 1.5 0.3674918330184574
6 1 5.5 6.49 0.51 1.5 0.026263631175498146
7 1 6.5 7.49 0.51 1.5 4.224160393238702e-05
8 1 7.5 8.49 0.51 1.5 0.06748830799535828
9 1 8.5 9.49 0.51 1.5 0.0017078002205120058
10 1 9.5 10.49 0.51 1.5 0.044146297193938776
11 1 10.5 11.49 0.51 1.5 0.10873683636066493
12 1 11.5 12.49 0.51 1.5 0.004180499525130581
13 1 12.5 13.49 0.51 1.5 0.08945391259437413
0 0 -0.5 0.49 -0.49 0.5 0.14515943934448808
1 0 0.5 1.49 -0.49 0.5 0.012379740888346856
2 0 1.5 2.49 -0.49 0.5 0.12173842324213563
3 0 2.5 3.49 -0.49 0.5 0.013121531505793952
4 0 3.5 4.49 -0.49 0.5 0.3737282768069512
5 0 4.5 5.49 -0.49 0.5 0.04687708329643672
6 0 5.5 6.49 -0.49 0.5 0.05532470173818392
7 0 6.5 7.49 -0.49 0.5 0.009976941403192335
8 0 7.5 8.49 -0.49 0.5 0.06578412411315661
9 0 8.5 9.49 -0.49 0.5 0.004238367769079676
10 0 9.5 10.49 -0.49 0.5 2.7859164313308885e-05
11 0 10.5 11.49 -0.49 0.5 0.025584028424263584
12 0 11.5 12.49 -0.49 0.5 0.034408933901422425
13 0 12.5 13.49 -0.49 0.5 0.09165054840223581
EOD
plot $d2 using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid 1 noborder notitle
reset
set origin 0,0; set size 1,1
set border 3 linecolor rgb '#666666' linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid linecolor rgb '#E6E6E6' linetype 1 linewidth 0.6 back
set style fill solid 1 noborder
set bars small
unset key
set lmargin at screen 0.1221; set rmargin at screen 0.4515; set tmargin at screen 0.5009; set bmargin at screen 0.1355
set label 2 'голова 3' at screen 0.2868, screen 0.5188 center textcolor rgb '#333333' font 'DejaVu Sans,8.5'
set xtics scale 0 rotate by 90 right ('[CLS]' 0, 'Город' 1, 'с' 2, 'радостью' 3, 'встретил' 4, 'открытие' 5, 'новой' 6, 'станции' 7, 'метро' 8, 'после' 9, 'долгого' 10, 'ремонта' 11, '.' 12, '[SEP]' 13) noenhanced font 'DejaVu Sans,7.5'
set ytics scale 0 ('[CLS]' 13, 'Город' 12, 'с' 11, 'радостью' 10, 'встретил' 9, 'открытие' 8, 'новой' 7, 'станции' 6, 'метро' 5, 'после' 4, 'долгого' 3, 'ремонта' 2, '.' 1, '[SEP]' 0) noenhanced font 'DejaVu Sans,7.5'
set xrange [-0.5:13.5]; set yrange [-0.5:13.5]
set palette maxcolors 256 defined (0 '#FFFFFF', 1 '#DCEAF5', 2 '#A9CEE6', 3 '#65A9D3', 4 '#2B7DB8', 5 '#0B4F8A', 6 '#06305A')
set cbrange [9.843332994613736e-06:0.37019123630755135]
unset colorbox
set colorbox noborder user origin screen 0.4662, screen 0.1355 size screen 0.0176, screen 0.3654
set cbtics scale 0.3 ('0,1' 0.1, '0,2' 0.2, '0,3' 0.3) noenhanced textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 3 'токен' at screen 0.0165, screen 0.3182 center rotate by 90 textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set label 4 'куда смотрит' at screen 0.2868, screen 0.0144 center textcolor rgb '#333333' font 'DejaVu Sans,7.5'
set border 15 linecolor rgb '#E6E6E6' linewidth 0.6; unset grid
set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb '#EFEFEF' fillstyle solid 1 noborder
set label 5 ',26' at 0, 13 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 6 ',03' at 1, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 7 ',12' at 2, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 8 ',23' at 3, 13 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 9 ',06' at 4, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 10 '0' at 5, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 11 ',09' at 6, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 12 ',04' at 7, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 13 ',03' at 8, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 14 ',03' at 9, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 15 ',03' at 10, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 16 '0' at 11, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 17 ',07' at 12, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 18 '0' at 13, 13 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 19 ',01' at 0, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 20 ',1' at 1, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 21 ',01' at 2, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 22 ',02' at 3, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 23 ',01' at 4, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 24 ',03' at 5, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 25 ',27' at 6, 12 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 26 ',18' at 7, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 27 ',24' at 8, 12 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 28 ',01' at 9, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 29 ',03' at 10, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 30 ',01' at 11, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 31 ',06' at 12, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 32 ',02' at 13, 12 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 33 ',02' at 0, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 34 ',05' at 1, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 35 ',03' at 2, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 36 ',12' at 3, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 37 ',05' at 4, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 38 ',02' at 5, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 39 '0' at 6, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 40 ',03' at 7, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 41 '0' at 8, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 42 ',05' at 9, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 43 ',06' at 10, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 44 ',23' at 11, 11 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 45 ',33' at 12, 11 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 46 '0' at 13, 11 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 47 '0' at 0, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 48 ',06' at 1, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 49 ',02' at 2, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 50 ',28' at 3, 10 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 51 ',02' at 4, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 52 ',07' at 5, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 53 ',01' at 6, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 54 ',09' at 7, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 55 '0' at 8, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 56 ',11' at 9, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 57 ',12' at 10, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 58 '0' at 11, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 59 ',06' at 12, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 60 ',15' at 13, 10 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 61 '0' at 0, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 62 ',02' at 1, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 63 ',13' at 2, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 64 '0' at 3, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 65 ',24' at 4, 9 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 66 ',12' at 5, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 67 ',03' at 6, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 68 '0' at 7, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 69 ',03' at 8, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 70 ',02' at 9, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 71 ',17' at 10, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 72 ',03' at 11, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 73 ',17' at 12, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 74 ',03' at 13, 9 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 75 ',01' at 0, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 76 ',01' at 1, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 77 ',23' at 2, 8 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 78 ',09' at 3, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 79 ',01' at 4, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 80 ',02' at 5, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 81 ',09' at 6, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 82 ',17' at 7, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 83 ',09' at 8, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 84 ',06' at 9, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 85 ',12' at 10, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 86 '0' at 11, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 87 ',03' at 12, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 88 ',05' at 13, 8 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 89 ',05' at 0, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 90 ',12' at 1, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 91 ',16' at 2, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 92 ',19' at 3, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 93 ',03' at 4, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 94 '0' at 5, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 95 ',14' at 6, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 96 ',06' at 7, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 97 ',09' at 8, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 98 ',08' at 9, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 99 ',01' at 10, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 100 ',01' at 11, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 101 ',03' at 12, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 102 ',02' at 13, 7 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 103 ',01' at 0, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 104 ',21' at 1, 6 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 105 ',02' at 2, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 106 ',05' at 3, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 107 ',01' at 4, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 108 '0' at 5, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 109 '0' at 6, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 110 ',07' at 7, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 111 ',01' at 8, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 112 ',12' at 9, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 113 ',03' at 10, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 114 ',28' at 11, 6 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 115 ',16' at 12, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 116 ',01' at 13, 6 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 117 ',01' at 0, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 118 ',13' at 1, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 119 ',03' at 2, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 120 ',02' at 3, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 121 ',02' at 4, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 122 ',03' at 5, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 123 ',04' at 6, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 124 '0' at 7, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 125 ',35' at 8, 5 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 126 ',14' at 9, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 127 ',07' at 10, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 128 ',07' at 11, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 129 ',07' at 12, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 130 ',02' at 13, 5 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 131 ',03' at 0, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 132 ',13' at 1, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 133 ',11' at 2, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 134 '0' at 3, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 135 ',16' at 4, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 136 '0' at 5, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 137 ',04' at 6, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 138 ',22' at 7, 4 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 139 ',02' at 8, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 140 '0' at 9, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 141 ',07' at 10, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 142 '0' at 11, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 143 ',18' at 12, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 144 ',04' at 13, 4 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 145 ',37' at 0, 3 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 146 ',04' at 1, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 147 '0' at 2, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 148 '0' at 3, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 149 ',07' at 4, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 150 ',05' at 5, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 151 ',01' at 6, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 152 '0' at 7, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 153 '0' at 8, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 154 ',03' at 9, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 155 '0' at 10, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 156 ',07' at 11, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 157 ',02' at 12, 3 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 158 ',33' at 13, 3 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 159 ',01' at 0, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 160 ',05' at 1, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 161 ',05' at 2, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 162 '0' at 3, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 163 ',08' at 4, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 164 ',12' at 5, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 165 '0' at 6, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 166 ',2' at 7, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 167 ',01' at 8, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 168 ',17' at 9, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 169 ',19' at 10, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 170 ',01' at 11, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 171 ',02' at 12, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 172 ',08' at 13, 2 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 173 '0' at 0, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 174 ',17' at 1, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 175 '0' at 2, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 176 ',07' at 3, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 177 ',27' at 4, 1 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 178 ',07' at 5, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 179 ',01' at 6, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 180 ',02' at 7, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 181 ',01' at 8, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 182 ',03' at 9, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 183 ',17' at 10, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 184 ',17' at 11, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 185 ',01' at 12, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 186 '0' at 13, 1 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 187 ',05' at 0, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 188 ',06' at 1, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 189 '0' at 2, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 190 ',25' at 3, 0 center front textcolor rgb '#FFFFFF' font 'DejaVu Sans,5.5'
set label 191 '0' at 4, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 192 '0' at 5, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 193 ',2' at 6, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 194 '0' at 7, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 195 '0' at 8, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 196 ',03' at 9, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 197 ',01' at 10, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 198 ',15' at 11, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 199 ',04' at 12, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
set label 200 ',2' at 13, 0 center front textcolor rgb '#333333' font 'DejaVu Sans,5.5'
$d3 << EOD
0 13 -0.5 0.49 12.51 13.5 0.2623172398625474
1 13 0.5 1.49 12.51 13.5 0.033540316817438076
2 13 1.5 2.49 12.51 13.5 0.11671168230740793
3 13 2.5 3.49 12.51 13.5 0.22930712334097458
4 13 3.5 4.49 12.51 13.5 0.0639251752707758
5 13 4.5 5.49 12.51 13.5 0.003133555979443429
6 13 5.5 6.49 12.51 13.5 0.08541068514396274
7 13 6.5 7.49 12.51 13.5 0.03786027633079655
8 13 7.5 8.49 12.51 13.5 0.03167042318974665
9 13 8.5 9.49 12.51 13.5 0.025936138620254023
10 13 9.5 10.49 12.51 13.5 0.03274969212222775
11 13 10.5 11.49 12.51 13.5 0.0038410116156850065
12 13 11.5 12.49 12.51 13.5 0.07059242709684341
13 13 12.5 13.49 12.51 13.5 0.003004252301896691
0 12 -0.5 0.49 11.51 12.5 0.011167221502845041
1 12 0.5 1.49 11.51 12.5 0.09796786779069612
2 12 1.5 2.49 11.51 12.5 0.008760484042691613
3 12 2.5 3.49 11.51 12.5 0.015556212082764748
4 12 3.5 4.49 11.51 12.5 0.014930950067114533
5 12 4.5 5.49 11.51 12.5 0.03293043193465736
6 12 5.5 6.49 11.51 12.5 0.2748510065025969
7 12 6.5 7.49 11.51 12.5 0.17906502042121214
8 12 7.5 8.49 11.51 12.5 0.24094515422888785
9 12 8.5 9.49 11.51 12.5 0.006841944820147945
10 12 9.5 10.49 11.51 12.5 0.031213051722336748
11 12 10.5 11.49 11.51 12.5 0.008364625075204163
12 12 11.5 12.49 11.51 12.5 0.06200854579242753
13 12 12.5 13.49 11.51 12.5 0.015397484016417197
0 11 -0.5 0.49 10.51 11.5 0.022124863483117634
1 11 0.5 1.49 10.51 11.5 0.052550690815142596
2 11 1.5 2.49 10.51 11.5 0.030171825763279682
3 11 2.5 3.49 10.51 11.5 0.12358074859493011
4 11 3.5 4.49 10.51 11.5 0.04595754891693073
5 11 4.5 5.49 10.51 11.5 0.024274646195053522
6 11 5.5 6.49 10.51 11.5 0.0026186402502081955
7 11 6.5 7.49 10.51 11.5 0.02889915398951294
8 11 7.5 8.49 10.51 11.5 0.002810290082341777
9 11 8.5 9.49 10.51 11.5 0.0453346981749326
10 11 9.5 10.49 10.51 11.5 0.05698512028225724
11 11 10.5 11.49 10.51 11.5 0.23030434357442062
12 11 11.5 12.49 10.51 11.5 0.332480644469375
13 11 12.5 13.49 10.51 11.5 0.0019067854084974876
0 10 -0.5 0.49 9.51 10.5 0.004802282698744463
1 10 0.5 1.49 9.51 10.5 0.06041588546549243
2 10 1.5 2.49 9.51 10.5 0.01963280376648037
3 10 2.5 3.49 9.51 10.5 0.2808199854357526
4 10 3.5 4.49 9.51 10.5 0.02067820795965133
5 10 4.5 5.49 9.51 10.5 0.06695823359536811
6 10 5.5 6.49 9.51 10.5 0.005805372626913139
7 10 6.5 7.49 9.51 10.5 0.09259064232118597
8 10 7.5 8.49 9.51 10.5 0.00011591708976260746
9 10 8.5 9.49 9.51 10.5 0.11349159600427049
10 10 9.5 10.49 9.51 10.5 0.12157357985792527
11 10 10.5 11.49 9.51 10.5 0.004649080501161428
12 10 11.5 12.49 9.51 10.5 0.0599215553499673
13 10 12.5 13.49 9.51 10.5 0.1485448573273246
0 9 -0.5 0.49 8.51 9.5 0.0030627041313192305
1 9 0.5 1.49 8.51 9.5 0.01645538574837188
2 9 1.5 2.49 8.51 9.5 0.1349843042081478
3 9 2.5 3.49 8.51 9.5 0.0022929555734238216
4 9 3.5 4.49 8.51 9.5 0.23798013408428725
5 9 4.5 5.49 8.51 9.5 0.12146224949430541
6 9 5.5 6.49 8.51 9.5 0.0334258923691977
7 9 6.5 7.49 8.51 9.5 0.0007441137520101754
8 9 7.5 8.49 8.51 9.5 0.03325414534519261
9 9 8.5 9.49 8.51 9.5 0.018223134113588176
10 9 9.5 10.49 8.51 9.5 0.1734280656589349
11 9 10.5 11.49 8.51 9.5 0.029804422907437355
12 9 11.5 12.49 8.51 9.5 0.16894246840192845
13 9 12.5 13.49 8.51 9.5 0.02594002421185538
0 8 -0.5 0.49 7.51 8.5 0.011756294551696678
1 8 0.5 1.49 7.51 8.5 0.009844905717384278
2 8 1.5 2.49 7.51 8.5 0.23359677911292934
3 8 2.5 3.49 7.51 8.5 0.09455913957516633
4 8 3.5 4.49 7.51 8.5 0.012086240589629723
5 8 4.5 5.49 7.51 8.5 0.02392158129150132
6 8 5.5 6.49 7.51 8.5 0.09342137688267062
7 8 6.5 7.49 7.51 8.5 0.167218982193184
8 8 7.5 8.49 7.51 8.5 0.08709873069145212
9 8 8.5 9.49 7.51 8.5 0.060559808426300675
10 8 9.5 10.49 7.51 8.5 0.12115701171783763
11 8 10.5 11.49 7.51 8.5 0.004910988087867012
12 8 11.5 12.49 7.51 8.5 0.026457625360411793
13 8 12.5 13.49 7.51 8.5 0.05341053580196827
0 7 -0.5 0.49 6.51 7.5 0.05222070812551936
1 7 0.5 1.49 6.51 7.5 0.12183927798996218
2 7 1.5 2.49 6.51 7.5 0.15703576738760458
3 7 2.5 3.49 6.51 7.5 0.19443630806018422
4 7 3.5 4.49 6.51 7.5 0.02765211209063603
5 7 4.5 5.49 6.51 7.5 0.0037496463040593655
6 7 5.5 6.49 6.51 7.5 0.14358434091565672
7 7 6.5 7.49 6.51 7.5 0.06266510771769922
8 7 7.5 8.49 6.51 7.5 0.08516141666681341
9 7 8.5 9.49 6.51 7.5 0.08114980469816949
10 7 9.5 10.49 6.51 7.5 0.0060592498667922465
11 7 10.5 11.49 6.51 7.5 0.005916221687654007
12 7 11.5 12.49 6.51 7.5 0.03492466805429566
13 7 12.5 13.49 6.51 7.5 0.023605370434953636
0 6 -0.5 0.49 5.51 6.5 0.01227919571655708
1 6 0.5 1.49 5.51 6.5 0.2083175841401362
2 6 1.5 2.49 5.51 6.5 0.02249345541609186
3 6 2.5 3.49 5.51 6.5 0.04679030733526856
4 6 3.5 4.49 5.51 6.5 0.007440297968588185
5 6 4.5 5.49 5.51 6.5 0.004460564839613462
6 6 5.5 6.49 5.51 6.5 0.004688968382540406
7 6 6.5 7.49 5.51 6.5 0.07092088170944838
8 6 7.5 8.49 5.51 6.5 0.013964685754032743
9 6 8.5 9.49 5.51 6.5 0.12487494349710535
10 6 9.5 10.49 5.51 6.5 0.03486533582800696
11 6 10.5 11.49 5.51 6.5 0.2756095783169844
12 6 11.5 12.49 5.51 6.5 0.15938349720377157
13 6 12.5 13.49 5.51 6.5 0.013910703891854972
0 5 -0.5 0.49 4.51 5.5 0.0068072869048885105
1 5 0.5 1.49 4.51 5.5 0.13487197159088282
2 5 1.5 2.49 4.51 5.5 0.031109511282453574
3 5 2.5 3.49 4.51 5.5 0.016854059367886795
4 5 3.5 4.49 4.51 5.5 0.01702225314816814
5 5 4.5 5.49 4.51 5.5 0.027887408250147985
6 5 5.5 6.49 4.51 5.5 0.04149945861168571
7 5 6.5 7.49 4.51 5.5 0.0010877584873176642
8 5 7.5 8.49 4.51 5.5 0.34688226123235494
9 5 8.5 9.49 4.51 5.5 0.14335280768149167
10 5 9.5 10.49 4.51 5.5 0.07147017554929244
11 5 10.5 11.49 4.51 5.5 0.07468895932494622
12 5 11.5 12.49 4.51 5.5 0.06822156650300287
13 5 12.5 13.49 4.51 5.5 0.018244522065480436
0 4 -0.5 0.49 3.51 4.5 0.028669560958236622
1 4 0.5 1.49 3.51 4.5 0.126593885117036
2 4 1.5 2.49 3.51 4.5 0.10724268431446321
3 4 2.5 3.49 3.51 4.5 0.00051941009097422
4 4 3.5 4.49 3.51 4.5 0.1593934120398307
5 4 4.5 5.49 3.51 4.5 0.00011472518089315248
6 4 5.5 6.49 3.51 4.5 0.04141061834231705
7 4 6.5 7.49 3.51 4.5 0.2233712205551512
8 4 7.5 8.49 3.51 4.5 0.022816258812312213
9 4 8.5 9.49 3.51 4.5 0.003160380035154018
10 4 9.5 10.49 3.51 4.5 0.06698657832558451
11 4 10.5 11.49 3.51 4.5 0.001440072250167001
12 4 11.5 12.49 3.51 4.5 0.17824375697168074
13 4 12.5 13.49 3.51 4.5 0.04003743700619938
0 3 -0.5 0.49 2.51 3.5 0.37019123630755135
1 3 0.5 1.49 2.51 3.5 0.03965717025678239
2 3 1.5 2.49 2.51 3.5 0.0007545008646386441
3 3 2.5 3.49 2.51 3.5 0.0038901097330597194
4 3 3.5 4.49 2.51 3.5 0.06798475034987186
5 3 4.5 5.49 2.51 3.5 0.04529995844567339
6 3 5.5 6.49 2.51 3.5 0.005356795337530004
7 3 6.5 7.49 2.51 3.5 0.002262463263590135
8 3 7.5 8.49 2.51 3.5 0.0011804816028091482
9 3 8.5 9.49 2.51 3.5 0.03399454019849347
10 3 9.5 10.49 2.51 3.5 0.0019328513567262282
11 3 10.5 11.49 2.51 3.5 0.07098346550261278
12 3 11.5 12.49 2.51 3.5 0.022267715840458314
13 3 12.5 13.49 2.51 3.5 0.3342439609402026
0 2 -0.5 0.49 1.51 2.5 0.008975780769769884
1 2 0.5 1.49 1.51 2.5 0.05343063512138694
2 2 1.5 2.49 1.51 2.5 0.052873093481359844
3 2 2.5 3.49 1.51 2.5 0.0027833899055374613
4 2 3.5 4.49 1.51 2.5 0.07567594406083411
5 2 4.5 5.49 1.51 2.5 0.12351480201451139
6 2 5.5 6.49 1.51 2.5 0.003450281824095654
7 2 6.5 7.49 1.51 2.5 0.1989051005643726
8 2 7.5 8.49 1.51 2.5 0.010001212514946397
9 2 8.5 9.49 1.51 2.5 0.17173156464205752
10 2 9.5 10.49 1.51 2.5 0.18761376815771758
11 2 10.5 11.49 1.51 2.5 0.008959548100721812
12 2 11.5 12.49 1.51 2.5 0.018718242339648274
13 2 12.5 13.49 1.51 2.5 0.08336663650304056
0 1 -0.5 0.49 0.51 1.5 0.0025291520099453083
1 1 0.5 1.49 0.51 1.5 0.16769481461202737
2 1 1.5 2.49 0.51 1.5 0.0035873922406914668
3 1 2.5 3.49 0.51 1.5 0.06915138525358608
4 1 3.5 4.49 0.51 1.5 0.26603732547490216
5 1 4.5 5.49 0.51 1.5 0.06837490445030084
6 1 5.5 6.49 0.51 1.5 0.010355519494765262
7 1 6.5 7.49 0.51 1.5 0.023247463716561254
8 1 7.5 8.49 0.51 1.5 0.012615256121248314
9 1 8.5 9.49 0.51 1.5 0.025031362505808726
10 1 9.5 10.49 0.51 1.5 0.16544404251530842
11 1 10.5 11.49 0.51 1.5 0.16982696963141847
12 1 11.5 12.49 0.51 1.5 0.013771263798465576
13 1 12.5 13.49 0.51 1.5 0.0023331481749706865
0 0 -0.5 0.49 -0.49 0.5 0.048858414185109916
1 0 0.5 1.49 -0.49 0.5 0.062206102446617846
2 0 1.5 2.49 -0.49 0.5 0.0032881589587595455
3 0 2.5 3.49 -0.49 0.5 0.2544073454575588
4 0 3.5 4.49 -0.49 0.5 0.00014442375834636438
5 0 4.5 5.49 -0.49 0.5 9.843332994613736e-06
6 0 5.5 6.49 -0.49 0.5 0.19589982534463926
7 0 6.5 7.49 -0.49 0.5 0.0018198395527701224
8 0 7.5 8.49 -0.49 0.5 0.003824125525808142
9 0 8.5 9.49 -0.49 0.5 0.03458817461353025
10 0 9.5 10.49 -0.49 0.5 0.0077256984474842
11 0 10.5 11.49 -0.49 0.5 0.15396402435832177
12 0 11.5 12.49 -0.49 0.5 0.03691679243471951
13 0 12.5 13.49 -0.49 0.5 0.1963472315833399
EOD
plot $d3 using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid 1 noborder notitle
unset multiplot
