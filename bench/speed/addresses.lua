-- Asks for the addresses of a file, one after the other: FILE FIRST (from 0).
local paths, at = {}, 0
function init(arguments)
  for line in io.lines(arguments[1]) do paths[#paths + 1] = wrk.format("GET", line) end
  at = tonumber(arguments[2] or "0")
end
function request()
  at = at % #paths + 1
  return paths[at]
end
