/** Alle Sätze des Editors auf Deutsch. */

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const m = {
  product: 'Blockflow',
  noAnswer: 'Der Server antwortet nicht. Prüfen Sie, ob er läuft, und versuchen Sie es noch einmal.',
  badAnswer: (status: number) =>
    `Der Server hat mit dem Status ${status} geantwortet. Versuchen Sie es noch einmal.`,
  loading: 'Wird geladen …',
  cancel: 'Abbrechen',
  copy: 'Kopieren',
  copied: 'Kopiert',

  setupTitle: 'Willkommen bei Blockflow',
  setupText: 'Wählen Sie das Passwort, das diesen Editor von nun an öffnet.',
  invitedText: 'Wählen Sie das Passwort, mit dem Sie sich von nun an anmelden.',
  signInName: 'Name',
  setupUsed: 'Dieser Link wurde schon benutzt oder ist unvollständig. Melden Sie sich mit Ihrem Passwort an.',
  password: 'Passwort',
  passwordAgain: 'Passwort wiederholen',
  passwordRule: 'Mindestens 8 Zeichen.',
  passwordsDiffer: 'Die beiden Passwörter sind nicht gleich.',
  passwordShort: 'Das Passwort braucht mindestens 8 Zeichen.',
  setupGo: 'Passwort setzen und beginnen',
  signInTitle: 'Anmelden',
  signInText: 'Geben Sie das Passwort dieses Editors ein.',
  signInNoSetup:
    'Es ist noch kein Passwort gesetzt. Öffnen Sie den einmaligen Link, den der Server beim Start ausgegeben hat.',
  signIn: 'Anmelden',
  signOut: 'Abmelden',

  pages: 'Seiten',
  flows: 'Abläufe',
  runs: 'Läufe',
  users: 'Benutzer',
  schedules: 'Zeitpläne',
  secrets: 'Geheimnisse',
  people: 'Personen',
  settings: 'Einstellungen',
  ownPassword: 'Mein Passwort ändern',
  flowsNone: 'Es gibt noch keine Abläufe.',
  newFlow: 'Neuer Ablauf',
  newFlowTitle: 'Titel des neuen Ablaufs',
  create: 'Anlegen',
  duplicate: (title: string) => `${title} duplizieren`,
  copyOf: (title: string) => `${title} (Kopie)`,
  remove: (title: string) => `${title} löschen`,
  removeSure: (title: string) => `„${title}“ löschen?`,
  removeText:
    'Der Entwurf und die veröffentlichten Fassungen verschwinden, und die Webhooks antworten nicht mehr.',
  removeNow: 'Ablauf löschen',
  open: 'Öffnen:',
  updated: (when: string) => `Bearbeitet ${when}`,
  justNow: 'gerade eben',
  neverRun: 'Noch nie gelaufen',
  lastRun: (when: string) => `Letzter Lauf ${when}`,
  draftOnly: 'Entwurf',
  publishedAs: (n: number) => `Veröffentlicht: v${n}`,
  unpublished: (n: number) => plural(n, 'unveröffentlichte Änderung', 'unveröffentlichte Änderungen'),
  problemsCount: (n: number) => plural(n, 'Problem', 'Probleme'),

  zoom: 'Größe',
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  zoomFit: 'Anfang zeigen',

  allFlows: 'Alle Abläufe',
  workspace: 'Blöcke des Ablaufs',
  undo: 'Rückgängig',
  redo: 'Wiederholen',
  run: 'Starten',
  running: 'Läuft …',
  publish: 'Veröffentlichen',
  publishing: 'Wird veröffentlicht …',
  publishedNow: (n: number) => `Fassung ${n} ist veröffentlicht.`,
  publishRefused: 'Dieser Ablauf hat Probleme und wurde deshalb nicht veröffentlicht.',
  titleOfFlow: 'Titel des Ablaufs',
  toDark: 'Dunkle Farben verwenden',
  toLight: 'Helle Farben verwenden',

  saved: 'Gespeichert',
  saving: 'Wird gespeichert …',
  unsaved: 'Nicht gespeicherte Änderungen',
  saveFailed: 'Nicht gespeichert',
  saveNow: 'Jetzt speichern',
  conflict: 'Jemand anderes hat diesen Ablauf inzwischen gespeichert.',
  loadTheirs: 'Andere Fassung laden',
  keepMine: 'Meine behalten',
  keptBack: 'Änderungen, die nicht gespeichert waren, sind wieder da.',
  otherTab: 'Dieser Ablauf wurde in einem anderen Tab geändert und wird gezeigt, wie er jetzt ist.',
  offline:
    'Der Server antwortet nicht. Ihre Änderungen bleiben in diesem Browser und werden gespeichert, sobald er antwortet.',
  language: 'Sprache',
  cantShow: (why: string) => `Dieser Ablauf kann nicht gezeigt werden: ${why}. Er blieb, wie er war.`,
  unknownBlocks: (types: string) => `dieser Editor kennt die Blöcke ${types} nicht`,

  tabs: 'Tafeln',
  tabRun: 'Lauf',
  tabRuns: 'Verlauf',
  tabSteps: 'Schritte',
  tabOutline: 'Gliederung',
  tabUsers: 'Benutzer',
  tabShare: 'Teilen',
  tabProblems: 'Probleme',
  sidePanel: 'Seitentafel',
  hidePanel: 'Tafel ausblenden',
  showPanel: 'Tafel einblenden',
};

export const statusWords: Record<string, string> = {
  succeeded: 'Gelungen',
  failed: 'Gescheitert',
  running: 'Läuft',
  waiting: 'Wartet',
  queued: 'In der Warteschlange',
  cancelled: 'Abgebrochen',
};

export const runWords = {
  inputs: 'Eingaben',
  noInputs: 'Dieser Ablauf braucht keine Eingaben.',
  runFlow: 'Ablauf starten',
  empty:
    'Starten Sie den Ablauf, um zu sehen, was er tut: sein Ergebnis, den Wert an jedem Block und die Datensätze, die er geändert hat.',
  took: (ms: number, effects: number) => `${ms} ms · ${plural(effects, 'Wirkung', 'Wirkungen')}`,
  result: 'Ergebnis',
  nothing: 'nichts',
  log: 'Protokoll',
  changes: 'Geänderte Datensätze',
  changesNone: 'Dieser Lauf hat keinen Benutzer geändert.',
  property: 'Eigenschaft',
  before: 'Vorher',
  after: 'Nachher',
  showUnchanged: 'Auch unveränderte Eigenschaften zeigen',
  newRecord: 'Neuer Datensatz',
  values: 'Werte an den Blöcken',
  goToBlock: 'Block zeigen',
  notRun: 'Der Ablauf konnte nicht gestartet werden',
  notJson: (name: string) => `„${name}“ muss als JSON geschrieben sein.`,
  notNumber: (name: string) => `„${name}“ muss eine Zahl sein.`,
  yes: 'Ja',
  no: 'Nein',
  demoHint:
    'Der Beispielbenutzer hat vielleicht durch einen früheren Lauf eine andere E-Mail-Adresse. Setzen Sie die Beispielbenutzer zurück und versuchen Sie es noch einmal.',
  resetAndRun: 'Beispielbenutzer zurücksetzen und neu starten',
};

export const pastWords = {
  title: 'Läufe',
  none: 'Hier gibt es noch keine Läufe.',
  all: 'Alle',
  status: 'Zustand',
  flow: 'Ablauf',
  trigger: 'Auslöser',
  started: 'Beginn',
  took: 'Dauer',
  more: 'Ältere Läufe zeigen',
  refresh: 'Neu laden',
  ms: (n: number) =>
    n < 1000
      ? `${n} ms`
      : n < 60_000
        ? `${(n / 1000).toFixed(1).replace('.', ',')} s`
        : `${Math.round(n / 60_000)} min`,
  runOf: (title: string) => `Lauf von ${title}`,
  version: (v: number | 'draft') => (v === 'draft' ? 'Entwurf' : `Fassung ${v}`),
  openFlow: 'Ablauf öffnen',
  cancel: 'Lauf abbrechen',
  retry: 'Ab dem gescheiterten Block wiederholen',
  input: 'Eingabe',
  details: 'Einzelheiten',
  journal: 'Wirkungen',
  journalExport: 'Journal herunterladen',
  journalNone: 'Dieser Lauf hat draußen nichts gefragt.',
  answered: 'beantwortet',
  refused: 'abgelehnt',
  again: (kind: string) =>
    kind === 'retry'
      ? 'Fortsetzung eines früheren Laufs'
      : kind === 'from'
        ? 'Geht von einer Wirkung eines früheren Laufs aus weiter'
        : 'Wiederholung eines früheren Laufs',
  triggers: {
    manual: 'von Hand',
    debug: 'Hand, Schritt für Schritt',
    webhook: 'Webhook',
    schedule: 'Zeitplan',
    flow: 'anderer Ablauf',
    test: 'Test',
    retry: 'neuer Versuch',
    failure: 'Scheitern eines anderen Ablaufs',
    user: 'Ereignis eines Benutzers',
  } as Record<string, string>,
};

export const liveWords = {
  speed: 'Tempo',
  full: 'Volles Tempo',
  slow: 'Zeitlupe',
  slowest: 'Schritt für Schritt',
  stop: 'Anhalten',
  atWork: (block: string) => `Bei der Arbeit: ${block}`,
};

export const stepWords = {
  none: 'Starten Sie zuerst den Ablauf. Dann können Sie ihn hier Schritt für Schritt durchgehen.',
  position: (n: number, of: number) => `Schritt ${n} von ${of}`,
  slider: 'Schritt',
  first: 'Erster Schritt',
  back: 'Schritt zurück',
  forward: 'Schritt vor',
  last: 'Letzter Schritt',
  start: (block: string) => `„${block}“ beginnt`,
  value: (block: string) => `„${block}“ ergibt`,
  set: (variable: string) => `Setzt ${variable} auf`,
  effect: (effect: string) => `Fragt draußen: ${effect}`,
  failed: (block: string) => `„${block}“ scheitert`,
  variables: 'Variablen in diesem Augenblick',
  noVariables: 'Noch ist keine Variable gesetzt.',
  gone: 'ein Block, den es nicht mehr gibt',
  times: (nth: number, of: number) => `Zum ${nth}. von ${of} Malen bei der Arbeit`,
  timeBefore: 'Das Mal davor',
  timeAfter: 'Das nächste Mal',
  setBefore: (variable: string) => `Wo ${variable} davor gesetzt wurde`,
  setAfter: (variable: string) => `Wo ${variable} das nächste Mal gesetzt wird`,
  effects: 'Wirkungen',
  effectAt: (effect: string, step: number) => `${effect}, Schritt ${step}`,
};

export const userWords = {
  title: 'Benutzer',
  search: 'Benutzer suchen',
  count: (n: number) => plural(n, 'Benutzer', 'Benutzer'),
  refresh: 'Neu laden',
  reset: 'Beispielbenutzer zurücksetzen',
  resetDone: 'Die Beispielbenutzer sind wieder wie am Anfang.',
  more: 'Alle Eigenschaften zeigen',
  cell: (column: string) => `Neuer Wert von ${column}`,
  change: (column: string) => `${column} ändern`,
  whole: 'Alles über Benutzer',
};

export const shareWords = {
  webhook: 'Webhook',
  none: 'Dieser Ablauf hat keinen Webhook-Hut. Ziehen Sie einen aus „Start“ herein, um ihm eine Adresse zu geben.',
  address: 'Adresse',
  curl: 'Terminal',
  unpublished: 'Webhooks antworten, sobald der Ablauf veröffentlicht ist.',
  draftNote: 'Webhooks führen die veröffentlichte Fassung aus, nicht den Entwurf, den Sie hier sehen.',
  since: (version: number) => `Seit Fassung ${version}`,
  same: 'Der Entwurf ist das, was veröffentlicht ist.',
  added: 'Hinzugefügt',
  removed: 'Entfernt',
  changed: 'Geändert',
  moved: 'Verschoben',
  settings: 'Einstellungen',
  fieldChange: (name: string, from: string, to: string) => `${name}: ${from} → ${to}`,
};

export const problemWords = {
  none: 'Keine Probleme. Der Ablauf kann laufen.',
  go: 'Block zeigen',
};

export const hintWords = {
  title: 'Hinweise',
  unreachable:
    'Diese Blöcke stehen unter keinem Hut und laufen deshalb nie. Hängen Sie sie unter einen, oder lassen Sie sie als Entwurf.',
  unused: (variable: string) => `„${variable}“ wird hier gesetzt, aber nirgends verwendet.`,
  unset: (variable: string) => `„${variable}“ wird nie gesetzt und ist hier deshalb nichts.`,
};

export const outlineWords = {
  none: 'Es gibt noch keine Blöcke.',
};

export const codeWords = {
  expression: 'Ausdruck',
  expressionText: 'Eine Formel über die Variablen des Ablaufs und seine Eingaben, etwa user.age + 1.',
  script: 'Skript',
  scriptText: 'JavaScript über die Variablen des Ablaufs. Was es zurückgibt, ist der Wert des Blocks.',
  label: 'Code',
  done: 'Fertig',
};

export const blockWords = {
  mostUsed: 'Meistbenutzt',
  or: ' oder ',
  doesntFit: (takes: string, gives: string) => `Hierher gehört: ${takes}. Der Block gibt: ${gives}.`,
  doesntFitHere: 'Dieser Block passt hier nicht: Hierher gehört etwas anderes.',
  addProperty: 'Eigenschaft hinzufügen',
  removeProperty: 'Eigenschaft entfernen',
  moveProperty: 'Eigenschaft nach oben',
  newProperty: 'Eigenschaft',
  editInputs: 'Eingaben bearbeiten',
  inputsTitle: 'Eingaben dieses Ablaufs',
  inputsText: 'Wonach der Ablauf bei jedem Start fragt.',
  name: 'Name',
  type: 'Art',
  preset: 'Vorgabe',
  hint: 'Hinweis',
  remove: 'Entfernen',
  addInput: 'Eingabe hinzufügen',
  done: 'Fertig',
  nameTwice: 'Zwei Eingaben haben denselben Namen.',
  nameEmpty: 'Jede Eingabe braucht einen Namen.',
  addFinally: 'Teil „am Ende“ hinzufügen',
  removeFinally: 'Teil „am Ende“ entfernen',
  finally: 'am Ende',
  asStatement: 'Als Anweisung verwenden',
  asValue: 'Als Wert verwenden',
  errorHere: (message: string) => `Fehler: ${message}`,
  valueHere: (value: string) => `Wert: ${value}`,
  newInput: 'Neue Eingabe …',
  search: 'Blöcke suchen',
  found: (n: number) => plural(n, 'Block gefunden', 'Blöcke gefunden'),
  foundNone: 'Kein Block hat diese Wörter',
  variables: 'Variablen',
  functions: 'Funktionen',
  types: {
    text: 'Text',
    number: 'Zahl',
    boolean: 'ja oder nein',
    list: 'Liste',
    object: 'Objekt',
    date: 'Datum',
    password: 'Passwort',
    any: 'beliebig',
  },
};
