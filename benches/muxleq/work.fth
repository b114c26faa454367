: twice dup + ;
: triangle 0 swap 1+ 0 do i + loop ;
: gcd begin dup while swap over mod repeat drop ;
: sum 0 200 1 do i 180 gcd + loop ;
1000 triangle u. sum . 7 twice .
bye
