-- As addresses.lua, and counts for each second the answers by status and by what X-Page says.
local paths, at = {}, 0
local threads = {}
function setup(thread) threads[#threads + 1] = thread end
function init(arguments)
  for line in io.lines(arguments[1]) do paths[#paths + 1] = wrk.format("GET", line) end
  at = tonumber(arguments[2] or "0")
  seen = {}
end
function request()
  at = at % #paths + 1
  return paths[at]
end
function response(status, headers)
  local kind = os.time() .. " " .. status .. " " .. (headers["x-page"] or headers["X-Page"] or "")
  seen[kind] = (seen[kind] or 0) + 1
end
function done()
  local seconds = {}
  for _, thread in ipairs(threads) do
    for kind, number in pairs(thread:get("seen")) do
      local second, what = kind:match("^(%d+) (.*)$")
      seconds[second] = seconds[second] or {}
      table.insert(seconds[second], string.format('"%s": %d', what, number))
    end
  end
  local lines = {}
  for second, kinds in pairs(seconds) do
    table.insert(lines, string.format('"%s": {%s}', second, table.concat(kinds, ", ")))
  end
  io.write("told {" .. table.concat(lines, ", ") .. "}\n")
end
