-- Lua: tables, strings and calls.
local t = {}
for i = 1, 300000 do t[i] = (i * 7919) % 100003 end
table.sort(t)
local words = {}
for i = 1, 60000 do words[#words + 1] = string.format("%05d", t[i] % 997) end
local s = table.concat(words, " ")
local count = {}
for w in s:gmatch("%d+") do count[w] = (count[w] or 0) + 1 end
local n = 0
for _, c in pairs(count) do n = n + c * c end
print(#s, n, t[1], t[#t])
