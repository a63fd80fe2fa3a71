-- What wrk sends and counts: a template's literal parts, and random values between them.
-- Given four files: the parts of path and body, a line each, `=text` or `<place`; users; posts.
local ACTIONS = { "VIEW", "CLICK", "REPLY", "SHARE" } -- as in templates.py
local POSTS, BATCH = 100, 1000
local HOST = " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
local path, body, users, posts
local run, count = "", 0
failures, sample, size = 0, "", 0

local function lines(of)
  local all = {}
  for line in io.lines(of) do all[#all + 1] = line end
  return all
end

local function any(of) return of[math.random(#of)] end

local function many(number, make)
  local made = {}
  for i = 1, number do made[i] = make() end
  return "[" .. table.concat(made, ",") .. "]"
end

local values = {
  user = function() return any(users) end,
  post = function() return any(posts) end,
  posts = function()
    return many(POSTS, function() return '"' .. any(posts) .. '"' end)
  end,
  action = function() return ACTIONS[count % #ACTIONS + 1] end,
  event = function()
    count = count + 1
    return run .. count
  end,
}

values.inputs = function()
  return many(BATCH, function()
    return string.format('{"userAlias":"%s","action":"%s","postId":"%s","eventId":"%s"}',
      values.user(), values.action(), values.post(), values.event())
  end)
end

local function filled(parts)
  local made = {}
  for i, part in ipairs(parts) do
    local text = part:sub(2)
    made[i] = part:byte(1) == 61 and text or values[text]()
  end
  return table.concat(made)
end

function init(files)
  path, body, users, posts = lines(files[1]), lines(files[2]), lines(files[3]), lines(files[4])
  local random = io.open("/dev/urandom", "rb")
  local bytes = random:read(6)
  random:close()
  run = bytes:gsub(".", function(each) return string.format("%02x", each:byte()) end) .. "-"
  math.randomseed(bytes:byte(1) * 65536 + bytes:byte(2) * 256 + bytes:byte(3))
end

function request()
  if #body == 0 then return "GET " .. filled(path) .. HOST .. "\r\n" end
  local sent = filled(body)
  return "POST " .. filled(path) .. HOST .. "Content-Type: application/json\r\nContent-Length: "
    .. #sent .. "\r\n\r\n" .. sent
end

function response(status, headers, content)
  size = #content
  if status ~= 200 or content:find('"errors":[{', 1, true) then
    failures = failures + 1
    if sample == "" then sample = content:sub(1, 2000) end
  end
end

local threads = {}
function setup(thread) threads[#threads + 1] = thread end

function done(summary, latency)
  local failed, first = 0, ""
  for _, thread in ipairs(threads) do
    failed = failed + thread:get("failures")
    first = first ~= "" and first or thread:get("sample")
  end
  local errors = summary.errors
  failed = failed + errors.connect + errors.read + errors.write + errors.timeout
  io.stderr:write(string.format("%d %d %f %f %d\n%s", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), failed, first))
end
