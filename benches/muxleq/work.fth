: triangle 0 swap 1+ 0 do i + loop ;
: gcd begin dup while swap over mod repeat drop ;
: gcds 0 200 1 do i 180 gcd + loop ;
: work 0 200 0 do 2000 triangle gcds + + loop ;
1000 triangle u. gcds . work u.
bye
