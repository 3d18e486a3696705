package engine

// An instr is one instruction of the machine. Most read and write places in the
// machine's memory; operands says for each operation which of a, b and c are
// such places and which are plain numbers.
type instr struct {
	op      op
	n       uint16
	a, b, c int32
}

type op uint16

// The operations. "a ← …" writes to place a.
const (
	opStep         op = iota // counts n steps
	opMove                   // a ← b
	opJump                   // to c
	opJumpIf                 // to c if a is truthy
	opJumpUnless             // to c if a isn't
	opNot                    // a ← not b
	opAdd                    // a ← b + c, as numbers
	opSubtract               //
	opMultiply               //
	opDivide                 //
	opModulo                 //
	opPower                  //
	opEqual                  // a ← b = c, loosely
	opNotEqual               //
	opLess                   //
	opLessEqual              //
	opGreater                //
	opGreaterEqual           //
	opList                   // a ← a list of c items from place b on
	opApply1                 // a ← function n of b
	opApply2                 // a ← function n of b and c
	opApply                  // a ← function n of c values from place b on
	opItem                   // a ← item of list b at c, n being the first place
	opSetItem                // item of list a at b, n being the first place, ← c
	opProperty               // a ← property b of object c; function n if that isn't so simple
	opSetProperty            // property b of object a ← c; function n likewise
	opWork                   // does a part of function n on the c places from b on; again until it is done
	opRepeat                 // a ← 0, and the place after it ← b as a number of times
	opRepeatNext             // counts at a; to c while there are rounds left; n steps
	opEach                   // a ← list b, and the two places after it ← 0, its length
	opEachNext               // next item of a into b, and to c, while there is one; n steps
	opFor                    // a, a+1, a+2: limit, step and first value, made ready
	opForNext                // adds the step to b, and to c while within the limit; n steps
	opForFirst               // to c if b isn't within the limit
	opCall                   // a ← function of the flow number c, arguments from place b on
	opReturn                 // a to the caller, or as the result
	opEffect                 // a ← outcome of effect site n, c arguments from place b on
	opResume                 // goes on after a finally as place a says, with table n
	opThrow                  // raises the error at a
	opKernel                 // the back edge of a loop that is kernel n; only in Program.fast
	opAppend                 // a ← text b followed by text c; function n if that isn't so simple
	opPush                   // puts b at the end of list a; function n likewise
	opJoin                   // a ← text of b followed by text of c; function n if that isn't short
	opFork                   // a ← a list of what the branches that begin here give; list b and how many at a time behind it; to c
	opBranchEnd              // the end of a branch, which gives a
	opCount                  // how many there are
)

// operands has one letter for each of a, b, c: p is a place in memory, j a jump
// target, - a plain number or nothing.
var operands = [opCount]string{
	opStep: "---", opMove: "pp-", opJump: "--j", opJumpIf: "p-j", opJumpUnless: "p-j", opNot: "pp-",
	opAdd: "ppp", opSubtract: "ppp", opMultiply: "ppp", opDivide: "ppp", opModulo: "ppp", opPower: "ppp",
	opEqual: "ppp", opNotEqual: "ppp", opLess: "ppp", opLessEqual: "ppp", opGreater: "ppp", opGreaterEqual: "ppp",
	opList: "pp-", opApply1: "pp-", opApply2: "ppp", opApply: "pp-",
	opItem: "ppp", opSetItem: "ppp", opProperty: "ppp", opSetProperty: "ppp", opWork: "-p-",
	opRepeat: "pp-", opRepeatNext: "p-j", opEach: "pp-", opEachNext: "ppj",
	opFor: "p--", opForNext: "ppj", opForFirst: "ppj",
	opCall: "pp-", opReturn: "p--", opEffect: "pp-", opResume: "p--", opThrow: "p--", opAppend: "ppp", opPush: "pp-", opJoin: "ppp",
	opFork: "ppj", opBranchEnd: "p--",
}

// Op is an operation with two operands that the machine does by itself, for
// blocks to compile to.
type Op op

// Arithmetic takes numbers, or what ToNumber makes of other values; comparison
// is that of [Equal] and [Compare].
const (
	Add            = Op(opAdd)
	Subtract       = Op(opSubtract)
	Multiply       = Op(opMultiply)
	Divide         = Op(opDivide)
	Modulo         = Op(opModulo)
	Power          = Op(opPower)
	IsEqual        = Op(opEqual)
	IsNotEqual     = Op(opNotEqual)
	IsLess         = Op(opLess)
	IsLessEqual    = Op(opLessEqual)
	IsGreater      = Op(opGreater)
	IsGreaterEqual = Op(opGreaterEqual)
)
