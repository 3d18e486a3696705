// Runs what generate.js made, and says what came of it: what it printed, what its
// variables hold, and, where the inputs are watched, which differences it met.
(function (blockly) {
  "use strict";
  const mostRounds = 1500; // rounds and calls of one program
  const mostSize = 3000; // characters of a text, items of a list with all that is in it

  class Stop extends Error {}
  class Discard extends Error {}
  const discard = (why) => {
    throw new Discard(why);
  };

  function size(value) {
    if (typeof value === "string") return value.length;
    if (!Array.isArray(value)) return 1;
    let left = mostSize;
    const count = (list) => {
      for (const item of list) {
        left -= typeof item === "string" ? item.length + 1 : 1;
        if (left < 0) return;
        if (Array.isArray(item)) count(item);
      }
    };
    count(value);
    return mostSize - left;
  }

  // encode writes a value with the kinds and the sharing of what is in it.
  function encode(value, seen) {
    if (value === undefined) return "unset";
    if (!Array.isArray(value)) return typeof value === "string" ? `"${value}"` : String(value);
    const known = seen.indexOf(value);
    if (known >= 0) return `#${known}`;
    seen.push(value);
    return `[${Array.from(value, (item) => encode(item, seen)).join(" ")}]`;
  }

  function run({ code, info, newlines }) {
    const out = { log: [], variables: "", differs: newlines, stop: null, discard: "", error: "" };
    const frames = [];
    let rounds = 0;
    let again = false;
    let pending = null;

    // What a rule may say about the value that it is given.
    const say = (frame) => ({
      frame,
      discard,
      stop(code) {
        frame.$codes.push(code);
      },
      differs(value) {
        out.differs = true;
        return value;
      },
    });

    function end(id, frame) {
      const me = info[id];
      for (const [name, value] of Object.entries(me.raw)) {
        const now = me.rule.inputs[name]?.call(say(frame), value, frame, me.fields);
        if (!Object.is(now, value)) again = true;
      }
      if (again) throw new Stop("again");
      me.rule.whole?.call(say(frame), frame, me.fields);
      if (frame.$codes.length > 0) {
        out.stop = { block: id, codes: frame.$codes };
        throw new Stop("stop");
      }
      const other = me.rule.instead?.call(say(frame), frame, me.fields);
      pending = other === undefined ? null : { value: other };
      if (pending) out.differs = true;
    }

    const world = {
      $v(id, name, value) {
        const me = info[id];
        if (me.first === name) frames.push({ ...me.raw, $codes: [], $id: id });
        const frame = frames.at(-1);
        if (frame.$id !== id) throw new Error(`watch: ${id} ${name} came while ${frame.$id} was evaluated`);
        if (size(value) >= mostSize) discard("size");
        frame[name] = value;
        value = me.rule.inputs[name].call(say(frame), value, frame, me.fields);
        frame[name] = value;
        if (me.last === name) {
          frames.pop();
          end(id, frame);
        }
        return value;
      },
      $c(id) {
        end(id, { ...info[id].raw, $codes: [], $id: id });
      },
      $r(_, value) {
        const other = pending;
        pending = null;
        return other ? other.value : value;
      },
      $counts(value) {
        if (typeof value !== "number" && value !== null) out.differs = true;
        return value === undefined ? 0 : Number(value);
      },
      $tick() {
        if (++rounds > mostRounds) discard("rounds");
      },
      $end(values) {
        const seen = [];
        out.variables = values.map((v) => encode(v, seen)).join("\n");
        if (size(values) >= mostSize) discard("size");
      },
    };
    const window = {
      alert(value) {
        if (size(value) >= mostSize) discard("size");
        out.log.push(String(value));
      },
    };
    try {
      new Function("window", ...Object.keys(world), code)(window, ...Object.values(world));
    } catch (e) {
      if (again) return null;
      if (e instanceof Discard) out.discard = e.message;
      else if (!(e instanceof Stop)) {
        // JavaScript looks for a method of nothing before it evaluates what
        // stands in the method's parentheses.
        const frame = frames.at(-1);
        if (e instanceof TypeError && frame?.$codes.length > 0) out.stop = { block: frame.$id, codes: frame.$codes, early: true };
        else out.error = String(e);
      }
    }
    return out;
  }

  return function (file) {
    blockly.load(file);
    const plainCode = blockly.code(false, false);
    const watchedCode = blockly.code(true, false);
    let watched = run(watchedCode);
    if (!watched) watched = run(blockly.code(true, true));
    const plain = watched.discard || watched.stop || watched.differs || plainCode.rereads ? null : run(plainCode);
    return JSON.stringify({ watched, plain, code: plainCode.code });
  };
});
