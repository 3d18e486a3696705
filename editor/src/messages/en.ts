/** Every sentence that the editor says. */

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
const endings = { one: 'st', two: 'nd', few: 'rd', zero: 'th', many: 'th', other: 'th' };
const ordinal = (n: number) => `${n}${endings[ordinals.select(n)]}`;

export const m = {
  product: 'Blockflow',
  noAnswer: "The server doesn't answer. Check that it is running and try again.",
  badAnswer: (status: number) => `The server answered with status ${status}. Try again.`,
  loading: 'Loading…',
  cancel: 'Cancel',
  copy: 'Copy',
  copied: 'Copied',

  setupTitle: 'Welcome to Blockflow',
  setupText: 'Choose the password that opens this editor from now on.',
  invitedText: 'Choose the password that you sign in with from now on.',
  signInName: 'Name',
  setupUsed: 'This link has been used already, or it is incomplete. Sign in with your password.',
  password: 'Password',
  passwordAgain: 'Password again',
  passwordRule: 'At least 8 characters.',
  passwordsDiffer: 'The two passwords are not the same.',
  passwordShort: 'The password needs at least 8 characters.',
  setupGo: 'Set password and start',
  signInTitle: 'Sign in',
  signInText: 'Enter the password of this editor.',
  signInNoSetup:
    'No password has been set yet. Open the one-time link that the server printed when it started.',
  signIn: 'Sign in',
  signOut: 'Sign out',

  pages: 'Pages',
  flows: 'Flows',
  runs: 'Runs',
  users: 'Users',
  schedules: 'Schedules',
  secrets: 'Secrets',
  people: 'People',
  settings: 'Settings',
  ownPassword: 'Change my password',
  flowsNone: 'There are no flows yet.',
  newFlow: 'New flow',
  newFlowTitle: 'Title of the new flow',
  create: 'Create',
  duplicate: (title: string) => `Duplicate ${title}`,
  copyOf: (title: string) => `${title} (copy)`,
  remove: (title: string) => `Delete ${title}`,
  removeSure: (title: string) => `Delete “${title}”?`,
  removeText: 'Its draft and its published versions go, and its webhooks stop answering.',
  removeNow: 'Delete flow',
  open: 'Open',
  updated: (when: string) => `Edited ${when}`,
  justNow: 'just now',
  neverRun: 'Never run',
  lastRun: (when: string) => `Last run ${when}`,
  draftOnly: 'Draft',
  publishedAs: (n: number) => `Published v${n}`,
  problemsCount: (n: number) => plural(n, 'problem', 'problems'),

  zoom: 'Zoom',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomFit: 'Show the beginning',

  allFlows: 'All flows',
  workspace: 'Blocks of the flow',
  undo: 'Undo',
  redo: 'Redo',
  run: 'Run',
  running: 'Running…',
  publish: 'Publish',
  publishing: 'Publishing…',
  publishedNow: (n: number) => `Version ${n} is published.`,
  publishRefused: 'This flow has problems, so it was not published.',
  titleOfFlow: 'Title of the flow',
  toDark: 'Use dark colours',
  toLight: 'Use light colours',

  saved: 'Saved',
  saving: 'Saving…',
  unsaved: 'Unsaved changes',
  saveFailed: 'Not saved',
  saveNow: 'Save now',
  conflict: 'Someone else saved this flow in the meantime.',
  loadTheirs: 'Load theirs',
  keepMine: 'Keep mine',
  keptBack: 'Changes that had not been saved are back.',
  otherTab: 'This flow was changed in another tab and is shown as it is now.',
  offline: "The server doesn't answer. Your changes are kept in this browser and saved as soon as it does.",
  language: 'Language',
  cantShow: (why: string) => `This flow can't be shown: ${why}. It was left as it is.`,
  unknownBlocks: (types: string) => `this editor doesn't know the blocks ${types}`,

  tabs: 'Panels',
  tabRun: 'Run',
  tabRuns: 'History',
  tabSteps: 'Steps',
  tabOutline: 'Outline',
  tabUsers: 'Users',
  tabShare: 'Share',
  tabProblems: 'Problems',
  sidePanel: 'Side panel',
  hidePanel: 'Hide panel',
  showPanel: 'Show panel',
} as const;

export const statusWords: Record<string, string> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  running: 'Running',
  waiting: 'Waiting',
  queued: 'Queued',
  cancelled: 'Cancelled',
};

export const runWords = {
  inputs: 'Inputs',
  noInputs: 'This flow takes no inputs.',
  runFlow: 'Run flow',
  empty:
    'Press Run to see what the flow does: its result, the value at every block, and the records that it changed.',
  took: (ms: number, effects: number) => `${ms} ms · ${plural(effects, 'effect', 'effects')}`,
  result: 'Result',
  nothing: 'nothing',
  log: 'Log',
  changes: 'Changed records',
  changesNone: 'This run changed no user.',
  property: 'Property',
  before: 'Before',
  after: 'After',
  showUnchanged: 'Show unchanged properties too',
  newRecord: 'New record',
  values: 'Values on the blocks',
  goToBlock: 'Show block',
  notRun: "The flow couldn't be run",
  notJson: (name: string) => `“${name}” must be written as JSON.`,
  notNumber: (name: string) => `“${name}” must be a number.`,
  yes: 'Yes',
  no: 'No',
  demoHint:
    'The demo user may have got another e-mail address by an earlier run. Put the demo users back and try again.',
  resetAndRun: 'Reset demo users and run again',
} as const;

export const pastWords = {
  title: 'Runs',
  none: 'There are no runs here yet.',
  all: 'All',
  status: 'Status',
  flow: 'Flow',
  trigger: 'Started by',
  started: 'Started',
  took: 'Took',
  more: 'Show older runs',
  refresh: 'Refresh',
  ms: (n: number) =>
    n < 1000 ? `${n} ms` : n < 60_000 ? `${(n / 1000).toFixed(1)} s` : `${Math.round(n / 60_000)} min`,
  runOf: (title: string) => `Run of ${title}`,
  version: (v: number | 'draft') => (v === 'draft' ? 'draft' : `version ${v}`),
  openFlow: 'Open flow',
  cancel: 'Cancel run',
  retry: 'Retry from the failed block',
  input: 'Input',
  details: 'Details',
  journal: 'Effects',
  journalNone: 'This run asked nothing outside.',
  answered: 'answered',
  refused: 'refused',
  again: (kind: string) =>
    kind === 'retry'
      ? 'Retry of an earlier run'
      : kind === 'from'
        ? 'Goes on from an effect of an earlier run'
        : 'Repeat of an earlier run',
  triggers: {
    manual: 'hand',
    debug: 'hand, step by step',
    webhook: 'webhook',
    schedule: 'schedule',
    flow: 'another flow',
    test: 'test',
    retry: 'retry',
    failure: 'failure of another flow',
    user: 'user event',
  } as Record<string, string>,
} as const;

export const liveWords = {
  speed: 'Speed',
  full: 'Full speed',
  slow: 'Slow motion',
  slowest: 'Step by step',
  stop: 'Stop',
  atWork: (block: string) => `At work: ${block}`,
} as const;

export const stepWords = {
  none: 'Run the flow first. Then you can go through it step by step here.',
  position: (n: number, of: number) => `Step ${n} of ${of}`,
  slider: 'Step',
  first: 'First step',
  back: 'Step back',
  forward: 'Step forward',
  last: 'Last step',
  start: (block: string) => `Begins “${block}”`,
  value: (block: string) => `“${block}” gives`,
  set: (variable: string) => `Sets ${variable} to`,
  effect: (effect: string) => `Asks outside: ${effect}`,
  failed: (block: string) => `“${block}” fails`,
  variables: 'Variables at this moment',
  noVariables: 'No variable is set yet.',
  gone: 'a block that is no longer here',
  times: (nth: number, of: number) => `At work for the ${ordinal(nth)} of ${of} times`,
  timeBefore: 'The time before',
  timeAfter: 'The next time',
  setBefore: (variable: string) => `Where ${variable} was set before`,
  setAfter: (variable: string) => `Where ${variable} is set next`,
  effects: 'Effects',
  effectAt: (effect: string, step: number) => `${effect}, step ${step}`,
} as const;

export const userWords = {
  title: 'Users',
  search: 'Search users',
  count: (n: number) => plural(n, 'user', 'users'),
  refresh: 'Refresh',
  reset: 'Reset demo users',
  resetDone: 'The demo users are as they were at the start.',
  more: 'Show all properties',
  cell: (column: string) => `New value of ${column}`,
  change: (column: string) => `Change ${column}`,
  whole: 'All about users',
} as const;

export const shareWords = {
  webhook: 'Webhook',
  none: 'This flow has no “when webhook is called” hat. Drag one in from Start to give it an address.',
  address: 'Address',
  curl: 'Terminal',
  unpublished: 'Webhooks answer once the flow is published.',
  draftNote: 'Webhooks run the published version, not the draft that you see here.',
  since: (version: number) => `Since version ${version}`,
  same: 'The draft is what is published.',
  added: 'Added',
  removed: 'Removed',
  changed: 'Changed',
  moved: 'Moved',
  settings: 'Settings',
  fieldChange: (name: string, from: string, to: string) => `${name}: ${from} → ${to}`,
} as const;

export const problemWords = {
  none: 'No problems. The flow can run.',
  go: 'Show the block',
} as const;

export const hintWords = {
  title: 'Hints',
  unreachable:
    'These blocks stand under no hat, so they never run. Put them under one, or leave them as a draft.',
  unused: (variable: string) => `“${variable}” is set here, but nothing uses it.`,
  unset: (variable: string) => `“${variable}” is never set, so it is nothing here.`,
} as const;

export const outlineWords = {
  none: 'There are no blocks yet.',
} as const;

export const codeWords = {
  expression: 'Expression',
  expressionText: 'A formula over the variables of the flow and its inputs, such as user.age + 1.',
  script: 'Script',
  scriptText: 'JavaScript over the variables of the flow. What it returns is the value of the block.',
  label: 'Code',
  done: 'Done',
} as const;

export const blockWords = {
  addProperty: 'Add property',
  removeProperty: 'Remove property',
  moveProperty: 'Move property up',
  newProperty: 'property',
  editInputs: 'Edit inputs',
  inputsTitle: 'Inputs of this flow',
  inputsText: 'What the flow asks for each time it is run.',
  name: 'Name',
  type: 'Type',
  preset: 'Default',
  hint: 'Hint',
  remove: 'Remove',
  addInput: 'Add input',
  done: 'Done',
  nameTwice: 'Two inputs have the same name.',
  nameEmpty: 'Every input needs a name.',
  addFinally: 'Add “in the end” part',
  removeFinally: 'Remove “in the end” part',
  finally: 'in the end',
  asStatement: 'Use as a statement',
  asValue: 'Use as a value',
  errorHere: (message: string) => `Error: ${message}`,
  valueHere: (value: string) => `Value: ${value}`,
  newInput: 'New input…',
  search: 'Search for blocks',
  found: (n: number) => plural(n, 'block was found', 'blocks were found'),
  foundNone: 'No block has these words',
  variables: 'Variables',
  functions: 'Functions',
  types: {
    text: 'text',
    number: 'number',
    boolean: 'yes or no',
    list: 'list',
    object: 'object',
    date: 'date',
    password: 'password',
    any: 'anything',
  },
} as const;
