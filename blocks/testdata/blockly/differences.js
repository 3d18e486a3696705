// Where Blockflow's blocks differ from the JavaScript that Blockly makes, and how.
// Everything else about a block is what Blockly's own code does.
//
// A rule has, by the name of an input, what that input's value is to Blockflow: a
// function that gives the value itself, another in its place (this.differs) or says
// that the flow stops here with an error (this.stop). It is called when the input
// has been evaluated; whole is called when all have, and instead may give another
// result than Blockly's code. A rule's says are sentences of the block's doc: a
// difference that the doc is silent about doesn't exist.
(function () {
  "use strict";
  const isText = (x) => typeof x === "string";
  const isNothing = (x) => x === null || x === undefined;

  function number(x) {
    if (x === undefined) return this.differs(0);
    if (Array.isArray(x)) return this.stop("wrong_type"), x;
    if (!isText(x)) return x;
    const n = Number(x);
    if (Number.isNaN(n)) return this.stop("wrong_type"), x;
    return this.differs(n);
  }
  const numbers = (...names) => ({ says: [numberSays], inputs: Object.fromEntries(names.map((name) => [name, number])) });
  const numberSays = "A text that reads as a number counts as that number; nothing counts as 0. Another text, a list or an object stop the flow";

  function text(x) {
    if (!isText(x)) this.stop("wrong_type");
    return x;
  }
  const textSays = "What isn't a text stops the flow";
  function list(x) {
    if (!Array.isArray(x)) this.stop("wrong_type");
    return x;
  }
  const listSays = "What isn't a list stops the flow";
  function sized(x) {
    if (!isText(x) && !Array.isArray(x)) this.stop("wrong_type");
    return x;
  }
  function searched(x) {
    if (isNothing(x) || Array.isArray(x)) this.stop("wrong_type");
    return x;
  }
  const searchedSays = "A number, yes or no counts as its text where it is";
  const any = (x) => x;

  // A place that must be there: counted from 1, and cut off.
  function place(x, frame) {
    const n = number.call(this, x);
    if (frame.$codes.length === 0 && !(Math.trunc(n) >= 1)) this.stop("out_of_range");
    return n;
  }
  const before1Says = "a place before 1";

  // The places of a part. JavaScript counts what is before the first from the end.
  const partOf = (input, what) => ({
    says: ["What lies outside is left out (JavaScript counts places before the first from the end)", numberSays],
    inputs: {
      [input]: what,
      AT1(x, frame, fields) {
        const n = number.call(this, x);
        const length = frame[input]?.length ?? 0;
        frame.$length = length;
        if (fields.WHERE1 === "FROM_START") return n < 1 ? this.differs(1) : n;
        return n > length ? this.differs(length) : n;
      },
      AT2(x, frame, fields) {
        const n = number.call(this, x);
        const length = frame[input]?.length ?? 0;
        if (frame.$length !== undefined && frame.$length !== length) this.discard("length");
        frame.$length = length;
        if (fields.WHERE2 === "FROM_START") return n < 0 ? this.differs(0) : n;
        return n > length + 1 ? this.differs(length + 1) : n;
      },
    },
    whole(frame) {
      if (frame.$length !== undefined && frame.$length !== (frame[input]?.length ?? 0)) this.discard("length");
    },
  });

  const sum = {
    // Nothing counts as 0 until there is a text to join it to.
    fold(items) {
      const first = items.findIndex((x) => isText(x) || Array.isArray(x));
      const until = first < 0 ? items.length : first;
      return items.slice(0, until).map((x) => x ?? 0).concat(items.slice(until));
    },
  };

  return {
    logic_compare: {
      says: ["for what comes first, nothing counts as 0, even if it was never set"],
      inputs: {
        A(x, _, fields) {
          return x === undefined && fields.OP !== "EQ" && fields.OP !== "NEQ" ? this.differs(null) : x;
        },
        B(x, _, fields) {
          return x === undefined && fields.OP !== "EQ" && fields.OP !== "NEQ" ? this.differs(null) : x;
        },
      },
    },

    controls_repeat_ext: {
      says: ["The number is taken once, before the first round (Blockly's JavaScript re-reads it if it is a variable)", numberSays],
      inputs: { TIMES: number },
    },
    controls_for: {
      says: ["From, to and by are taken once", "counting by 0 fails (in JavaScript it never ends)", numberSays, "What the blocks inside put into the variable counts as a number"],
      inputs: { FROM: number, TO: number, BY: number },
      whole(frame) {
        if (frame.BY !== undefined && Number(frame.BY) === 0) this.stop("wrong_value");
      },
      // The variable goes on from what the body has made of it, as a number.
      write: (code) => code.replace(/; (\w+)(\+\+|--)\) \{\n/, "; $1 = $$counts($1), $1$2) {\n").replace(/; (\w+) ([+-])= (\S+)\) \{\n/, "; $1 = $$counts($1) $2 $3) {\n"),
    },

    controls_forEach: { says: ["The list is taken once, before the first round (Blockly's JavaScript re-reads it if it is a variable)"], inputs: { LIST: any } },

    math_arithmetic: numbers("A", "B"),
    math_single: numbers("NUM"),
    math_trig: numbers("NUM"),
    math_round: numbers("NUM"),
    math_modulo: numbers("DIVIDEND", "DIVISOR"),
    math_constrain: numbers("VALUE", "LOW", "HIGH"),
    math_atan2: numbers("X", "Y"),
    math_change: numbers("DELTA"),
    math_random_int: numbers("FROM", "TO"),
    math_number_property: {
      ...numbers("NUMBER_TO_CHECK", "DIVISOR"),
      whole(frame, fields) {
        if (fields.PROPERTY === "PRIME" && frame.NUMBER_TO_CHECK > 1e8) this.discard("prime");
      },
    },
    math_on_list: {
      says: [
        "the sum of a list with texts joins them; nothing counts as 0",
        "The smallest, the largest, the average and the deviation stop the flow at what isn't a number",
        "What isn't a list stops the flow",
        "Nothing is one item to modes",
      ],
      inputs: {
        LIST(x, _, fields) {
          if (isNothing(x) && (fields.OP === "MIN" || fields.OP === "MAX")) return x;
          if (!Array.isArray(x)) return this.stop("wrong_type"), x;
          switch (fields.OP) {
            case "SUM":
            case "AVERAGE":
            case "MIN":
            case "MAX":
            case "STD_DEV":
              return x.includes(undefined) ? this.differs(fields.OP === "MIN" || fields.OP === "MAX" ? x.map((y) => y ?? 0) : sum.fold(x)) : x;
            case "MODE": {
              const nothing = x.find(isNothing);
              return x.some((y) => isNothing(y) && y !== nothing) ? this.differs(x.map((y) => (isNothing(y) ? nothing : y))) : x;
            }
          }
          return x;
        },
      },
      whole(frame, fields) {
        const items = frame.LIST;
        if (!Array.isArray(items)) return;
        const notNumber = (x) => (isText(x) || Array.isArray(x)) && Number.isNaN(Number(x));
        if (fields.OP === "MIN" || fields.OP === "MAX" || fields.OP === "STD_DEV") {
          if (items.some(notNumber)) this.stop("wrong_type");
        }
        if (fields.OP === "AVERAGE" || fields.OP === "STD_DEV") {
          const all = fields.OP === "AVERAGE" ? items.reduce((x, y) => x + y, 0) : items.length > 0 ? items.reduce((x, y) => x + y) : 0;
          if (isText(all) && Number.isNaN(Number(all))) this.stop("wrong_type");
        }
        if (fields.OP === "MEDIAN" && items.some(Number.isNaN)) this.discard("NaN");
      },
    },

    text_join: {
      says: ['Nothing joins as an empty text, whatever the number of items (Blockly\'s JavaScript writes "null" if there are one or two)'],
      inputs: Object.fromEntries(
        Array.from({ length: 6 }, (_, i) => [
          `ADD${i}`,
          function (x, frame) {
            if (Array.isArray(x)) frame.$texts = [...(frame.$texts ?? []), [x, String(x)]];
            return isNothing(x) ? this.differs("") : x;
          },
        ]),
      ),
      // Of two items JavaScript makes the first a text before it looks at the second.
      whole(frame) {
        if (frame.$texts?.some(([list, text]) => String(list) !== text)) this.discard("changed");
      },
    },
    text: { says: ["Line breaks in it are kept (the JavaScript that Blockly makes drops them)"] },
    text_append: { says: [], inputs: { TEXT: any } },
    text_length: { says: ["What has no length fails: nothing, a number, yes or no"], inputs: { VALUE: sized } },
    text_isEmpty: { says: ["What has no length fails: nothing, a number, yes or no"], inputs: { VALUE: sized } },
    text_indexOf: { says: [textSays, searchedSays], inputs: { VALUE: text, FIND: searched } },
    text_charAt: { says: [textSays, `${before1Says} fails`, numberSays], inputs: { VALUE: text, AT: place } },
    text_getSubstring: partOf("STRING", text),
    text_changeCase: { says: [textSays], inputs: { TEXT: text } },
    text_trim: { says: [textSays], inputs: { TEXT: text } },
    text_count: { says: [textSays, searchedSays], inputs: { TEXT: text, SUB: searched } },
    text_replace: {
      says: [textSays, searchedSays, "The new text is taken as it is (JavaScript gives signs like `$&` in it a meaning)"],
      inputs: {
        TEXT: text,
        FROM(x) {
          x = searched.call(this, x);
          return typeof x === "number" || typeof x === "boolean" ? this.differs(String(x)) : x;
        },
        TO(x) {
          x = searched.call(this, x);
          return isText(x) && x.includes("$") ? this.differs(x.replaceAll("$", "$$$$")) : x;
        },
      },
    },
    text_reverse: {
      says: [textSays, "Emoji and other long characters stay whole (Blockly's JavaScript breaks them)"],
      inputs: { TEXT: text },
      instead: (frame) => (/[\ud800-\udbff][\udc00-\udfff]/.test(frame.TEXT) ? Array.from(frame.TEXT).reverse().join("") : undefined),
    },

    lists_repeat: {
      says: [numberSays],
      inputs: {
        ITEM: any,
        NUM(x) {
          const n = number.call(this, x);
          if (n > 500) this.discard("repeat");
          return n;
        },
      },
    },
    lists_length: { says: ["What has no length fails: nothing, a number, yes or no"], inputs: { VALUE: sized } },
    lists_isEmpty: { says: ["What has no length fails: nothing, a number, yes or no"], inputs: { VALUE: sized } },
    lists_indexOf: {
      says: [listSays, "Nothing is found whether it was set or not"],
      inputs: { VALUE: list, FIND: any },
      instead(frame, fields) {
        if (!("FIND" in frame) || !isNothing(frame.FIND)) return undefined;
        const places = frame.VALUE?.flatMap((x, i) => (isNothing(x) ? [i + 1] : [])) ?? [];
        return (fields.END === "FIRST" ? places[0] : places.at(-1)) ?? 0;
      },
    },
    lists_getIndex: {
      says: [listSays, numberSays, before1Says],
      inputs: {
        VALUE: list,
        AT(x, frame, fields) {
          return fields.MODE === "GET" && fields.WHERE === "FROM_START" ? number.call(this, x) : place.call(this, x, frame);
        },
      },
    },
    lists_setIndex: {
      says: [listSays, numberSays, "A place before 1 fails", "as does setting an item too far from the end and the last item of an empty list", "A fraction fails where an item is set", "with nothing in between", "A place from the end is counted when the new item is there (in JavaScript before it is)"],
      inputs: {
        LIST(x, frame) {
          frame.$length = x?.length;
          return list.call(this, x);
        },
        AT(x, frame, fields) {
          const n = place.call(this, x, frame);
          const length = frame.LIST?.length ?? 0;
          if (fields.MODE === "INSERT") return fields.WHERE === "FROM_END" && n > length ? this.differs(length) : n;
          if (n !== Math.trunc(n)) this.stop("out_of_range");
          if (fields.WHERE === "FROM_END" && n > length) this.stop("out_of_range");
          return n;
        },
        TO: any,
      },
      whole(frame, fields) {
        const items = frame.LIST ?? [];
        if (frame.$length !== undefined && items.length !== frame.$length) this.discard("length");
        if (fields.MODE !== "SET") return;
        const isLast = fields.WHERE === "LAST" || (fields.WHERE === "FROM_END" && !("AT" in frame));
        if (isLast && items.length === 0) this.stop("out_of_range");
        if (fields.WHERE !== "FROM_START" || frame.$codes.length > 0 || !Array.isArray(items)) return;
        if (frame.AT > items.length + 100) this.discard("far");
        while (items.length < frame.AT - 1) this.differs(items.push(undefined));
      },
    },
    lists_getSublist: partOf("LIST", list),
    lists_split: {
      says: ["what is neither stops the flow", searchedSays],
      inputs: {
        INPUT(x, _, fields) {
          return (fields.MODE === "JOIN" ? list : text).call(this, x);
        },
        DELIM: searched,
      },
    },
    lists_sort: {
      says: [
        listSays,
        "Items that are equal keep their order, in both directions (Blockly's JavaScript turns texts that are equal around)",
        "Sorting by numbers stops at an item that isn't one and puts NaN last",
        "What was never set comes last, in both directions, as in JavaScript",
      ],
      inputs: { LIST: list },
      whole(frame, fields) {
        if (fields.TYPE !== "NUMERIC" || !Array.isArray(frame.LIST)) return;
        if (frame.LIST.some((x) => Array.isArray(x) || (isText(x) && Number.isNaN(Number(x))))) this.stop("wrong_type");
      },
      instead(frame, fields) {
        const key = { NUMERIC: Number, TEXT: String, IGNORE_CASE: (x) => String(x).toLowerCase() }[fields.TYPE];
        const set = (frame.LIST ?? []).filter((x) => x !== undefined);
        if (new Set(set.map(key)).size === set.length && !set.some(Number.isNaN)) return undefined;
        const direction = fields.DIRECTION === "1" ? 1 : -1;
        const order = (a, b) => (Number.isNaN(a) ? (Number.isNaN(b) ? 0 : direction) : Number.isNaN(b) ? -direction : a < b ? -1 : a > b ? 1 : 0);
        const keyed = set.map((x, i) => [key(x), i, x]).sort((a, b) => order(a[0], b[0]) * direction || a[1] - b[1]);
        return [...keyed.map((x) => x[2]), ...frame.LIST.filter((x) => x === undefined)];
      },
    },
    lists_reverse: { says: [listSays], inputs: { LIST: list } },
  };
});
