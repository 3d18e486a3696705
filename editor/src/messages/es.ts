/** Todas las frases del editor en español. */

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const m = {
  product: 'Blockflow',
  noAnswer: 'El servidor no responde. Compruebe que está en marcha e inténtelo de nuevo.',
  badAnswer: (status: number) => `El servidor respondió con el estado ${status}. Inténtelo de nuevo.`,
  loading: 'Cargando…',
  cancel: 'Cancelar',
  copy: 'Copiar',
  copied: 'Copiado',

  setupTitle: 'Bienvenido a Blockflow',
  setupText: 'Elija la contraseña que abrirá este editor de ahora en adelante.',
  invitedText: 'Elija la contraseña con la que iniciará sesión desde ahora.',
  signInName: 'Nombre',
  setupUsed: 'Este enlace ya se usó o está incompleto. Inicie sesión con su contraseña.',
  password: 'Contraseña',
  passwordAgain: 'Repetir la contraseña',
  passwordRule: 'Al menos 8 caracteres.',
  passwordsDiffer: 'Las dos contraseñas no son iguales.',
  passwordShort: 'La contraseña necesita al menos 8 caracteres.',
  setupGo: 'Guardar la contraseña y empezar',
  signInTitle: 'Iniciar sesión',
  signInText: 'Escriba la contraseña de este editor.',
  signInNoSetup:
    'Todavía no hay contraseña. Abra el enlace de un solo uso que el servidor mostró al arrancar.',
  signIn: 'Iniciar sesión',
  signOut: 'Cerrar sesión',

  pages: 'Páginas',
  flows: 'Flujos',
  runs: 'Ejecuciones',
  users: 'Usuarios',
  schedules: 'Horarios',
  secrets: 'Secretos',
  people: 'Personas',
  settings: 'Ajustes',
  ownPassword: 'Cambiar mi contraseña',
  flowsNone: 'Todavía no hay flujos.',
  newFlow: 'Nuevo flujo',
  newFlowTitle: 'Título del nuevo flujo',
  create: 'Crear',
  duplicate: (title: string) => `Duplicar ${title}`,
  copyOf: (title: string) => `${title} (copia)`,
  remove: (title: string) => `Eliminar ${title}`,
  removeSure: (title: string) => `¿Eliminar «${title}»?`,
  removeText: 'Desaparecen el borrador y las versiones publicadas, y sus webhooks dejan de responder.',
  removeNow: 'Eliminar flujo',
  open: 'Abrir',
  updated: (when: string) => `Editado ${when}`,
  justNow: 'ahora mismo',
  neverRun: 'Nunca ejecutado',
  lastRun: (when: string) => `Última ejecución ${when}`,
  draftOnly: 'Borrador',
  publishedAs: (n: number) => `Publicado: v${n}`,
  problemsCount: (n: number) => plural(n, 'problema', 'problemas'),

  zoom: 'Tamaño',
  zoomIn: 'Acercar',
  zoomOut: 'Alejar',
  zoomFit: 'Mostrar el comienzo',

  allFlows: 'Todos los flujos',
  workspace: 'Bloques del flujo',
  undo: 'Deshacer',
  redo: 'Rehacer',
  run: 'Ejecutar',
  running: 'En marcha…',
  publish: 'Publicar',
  publishing: 'Publicando…',
  publishedNow: (n: number) => `La versión ${n} está publicada.`,
  publishRefused: 'Este flujo tiene problemas, así que no se publicó.',
  titleOfFlow: 'Título del flujo',
  toDark: 'Usar colores oscuros',
  toLight: 'Usar colores claros',

  saved: 'Guardado',
  saving: 'Guardando…',
  unsaved: 'Cambios sin guardar',
  saveFailed: 'No guardado',
  saveNow: 'Guardar ahora',
  conflict: 'Otra persona guardó este flujo mientras tanto.',
  loadTheirs: 'Cargar la otra versión',
  keepMine: 'Conservar la mía',
  keptBack: 'Los cambios que no se habían guardado están de vuelta.',
  otherTab: 'Este flujo cambió en otra pestaña y se muestra como está ahora.',
  offline: 'El servidor no responde. Sus cambios quedan en este navegador y se guardarán en cuanto responda.',
  language: 'Idioma',
  cantShow: (why: string) => `Este flujo no se puede mostrar: ${why}. Se dejó como estaba.`,
  unknownBlocks: (types: string) => `este editor no conoce los bloques ${types}`,

  tabs: 'Paneles',
  tabRun: 'Ejecución',
  tabRuns: 'Historial',
  tabSteps: 'Pasos',
  tabOutline: 'Esquema',
  tabUsers: 'Usuarios',
  tabShare: 'Compartir',
  tabProblems: 'Problemas',
  sidePanel: 'Panel lateral',
  hidePanel: 'Ocultar el panel',
  showPanel: 'Mostrar el panel',
};

export const statusWords: Record<string, string> = {
  succeeded: 'Correcta',
  failed: 'Fallida',
  running: 'En marcha',
  waiting: 'En espera',
  queued: 'En cola',
  cancelled: 'Cancelada',
};

export const runWords = {
  inputs: 'Entradas',
  noInputs: 'Este flujo no pide entradas.',
  runFlow: 'Ejecutar flujo',
  empty:
    'Ejecute el flujo para ver lo que hace: su resultado, el valor en cada bloque y los registros que cambió.',
  took: (ms: number, effects: number) => `${ms} ms · ${plural(effects, 'efecto', 'efectos')}`,
  result: 'Resultado',
  nothing: 'nada',
  log: 'Registro',
  changes: 'Registros cambiados',
  changesNone: 'Esta ejecución no cambió ningún usuario.',
  property: 'Propiedad',
  before: 'Antes',
  after: 'Después',
  showUnchanged: 'Mostrar también las propiedades sin cambios',
  newRecord: 'Registro nuevo',
  values: 'Valores en los bloques',
  goToBlock: 'Mostrar el bloque',
  notRun: 'El flujo no se pudo ejecutar',
  notJson: (name: string) => `«${name}» debe escribirse como JSON.`,
  notNumber: (name: string) => `«${name}» debe ser un número.`,
  yes: 'Sí',
  no: 'No',
  demoHint:
    'Puede que el usuario de ejemplo tenga otra dirección de correo por una ejecución anterior. Restablezca los usuarios de ejemplo e inténtelo de nuevo.',
  resetAndRun: 'Restablecer los usuarios de ejemplo y ejecutar de nuevo',
};

export const pastWords = {
  title: 'Ejecuciones',
  none: 'Todavía no hay ejecuciones aquí.',
  all: 'Todas',
  status: 'Estado',
  flow: 'Flujo',
  trigger: 'Origen',
  started: 'Comienzo',
  took: 'Duración',
  more: 'Mostrar ejecuciones anteriores',
  refresh: 'Actualizar',
  ms: (n: number) =>
    n < 1000
      ? `${n} ms`
      : n < 60_000
        ? `${(n / 1000).toFixed(1).replace('.', ',')} s`
        : `${Math.round(n / 60_000)} min`,
  runOf: (title: string) => `Ejecución de ${title}`,
  version: (v: number | 'draft') => (v === 'draft' ? 'borrador' : `versión ${v}`),
  openFlow: 'Abrir el flujo',
  cancel: 'Cancelar la ejecución',
  retry: 'Reintentar desde el bloque que falló',
  input: 'Entrada',
  details: 'Detalles',
  journal: 'Efectos',
  journalNone: 'Esta ejecución no pidió nada fuera.',
  answered: 'respondido',
  refused: 'rechazado',
  again: (kind: string) =>
    kind === 'retry'
      ? 'Reintento de una ejecución anterior'
      : kind === 'from'
        ? 'Sigue desde un efecto de una ejecución anterior'
        : 'Repetición de una ejecución anterior',
  triggers: {
    manual: 'a mano',
    debug: 'mano, paso a paso',
    webhook: 'webhook',
    schedule: 'horario',
    flow: 'otro flujo',
    test: 'prueba',
    retry: 'reintento',
    failure: 'fallo de otro flujo',
    user: 'suceso de un usuario',
  } as Record<string, string>,
};

export const liveWords = {
  speed: 'Velocidad',
  full: 'A toda velocidad',
  slow: 'Cámara lenta',
  slowest: 'Paso a paso',
  stop: 'Parar',
  atWork: (block: string) => `Trabajando: ${block}`,
};

export const stepWords = {
  none: 'Ejecute primero el flujo. Después podrá recorrerlo aquí paso a paso.',
  position: (n: number, of: number) => `Paso ${n} de ${of}`,
  slider: 'Paso',
  first: 'Primer paso',
  back: 'Paso atrás',
  forward: 'Paso adelante',
  last: 'Último paso',
  start: (block: string) => `Empieza «${block}»`,
  value: (block: string) => `«${block}» da`,
  set: (variable: string) => `Pone ${variable} a`,
  effect: (effect: string) => `Pide fuera: ${effect}`,
  failed: (block: string) => `«${block}» falla`,
  variables: 'Variables en este momento',
  noVariables: 'Todavía no hay variables.',
  gone: 'un bloque que ya no está',
  times: (nth: number, of: number) => `Trabajando por ${nth}.ª vez de ${of}`,
  timeBefore: 'La vez anterior',
  timeAfter: 'La vez siguiente',
  setBefore: (variable: string) => `Dónde se puso ${variable} antes`,
  setAfter: (variable: string) => `Dónde se pone ${variable} después`,
  effects: 'Efectos',
  effectAt: (effect: string, step: number) => `${effect}, paso ${step}`,
};

export const userWords = {
  title: 'Usuarios',
  search: 'Buscar usuarios',
  count: (n: number) => plural(n, 'usuario', 'usuarios'),
  refresh: 'Actualizar',
  reset: 'Restablecer los usuarios de ejemplo',
  resetDone: 'Los usuarios de ejemplo están como al principio.',
  more: 'Mostrar todas las propiedades',
  cell: (column: string) => `Nuevo valor de ${column}`,
  change: (column: string) => `Cambiar ${column}`,
  whole: 'Todo sobre los usuarios',
};

export const shareWords = {
  webhook: 'Webhook',
  none: 'Este flujo no tiene un comienzo por webhook. Arrastre uno desde «Start» para darle una dirección.',
  address: 'Dirección',
  curl: 'Terminal',
  unpublished: 'Los webhooks responden cuando el flujo está publicado.',
  draftNote: 'Los webhooks ejecutan la versión publicada, no el borrador que ve aquí.',
  since: (version: number) => `Desde la versión ${version}`,
  same: 'El borrador es lo que está publicado.',
  added: 'Añadido',
  removed: 'Quitado',
  changed: 'Cambiado',
  moved: 'Movido',
  settings: 'Ajustes',
  fieldChange: (name: string, from: string, to: string) => `${name}: ${from} → ${to}`,
};

export const problemWords = {
  none: 'No hay problemas. El flujo se puede ejecutar.',
  go: 'Mostrar el bloque',
};

export const hintWords = {
  title: 'Avisos',
  unreachable:
    'Estos bloques no cuelgan de ningún comienzo, así que nunca se ejecutan. Cuélguelos de uno o déjelos como borrador.',
  unused: (variable: string) => `«${variable}» se pone aquí, pero nada la usa.`,
  unset: (variable: string) => `«${variable}» no se pone nunca, así que aquí no es nada.`,
};

export const outlineWords = {
  none: 'Todavía no hay bloques.',
};

export const codeWords = {
  expression: 'Expresión',
  expressionText: 'Una fórmula con las variables del flujo y sus entradas, como user.age + 1.',
  script: 'Script',
  scriptText: 'JavaScript con las variables del flujo. Lo que devuelve es el valor del bloque.',
  label: 'Código',
  done: 'Listo',
};

export const blockWords = {
  addProperty: 'Añadir propiedad',
  removeProperty: 'Quitar propiedad',
  moveProperty: 'Subir propiedad',
  newProperty: 'propiedad',
  editInputs: 'Editar las entradas',
  inputsTitle: 'Entradas de este flujo',
  inputsText: 'Lo que el flujo pide cada vez que se ejecuta.',
  name: 'Nombre',
  type: 'Tipo',
  preset: 'Valor inicial',
  hint: 'Ayuda',
  remove: 'Quitar',
  addInput: 'Añadir entrada',
  done: 'Listo',
  nameTwice: 'Dos entradas tienen el mismo nombre.',
  nameEmpty: 'Cada entrada necesita un nombre.',
  addFinally: 'Añadir la parte «al final»',
  removeFinally: 'Quitar la parte «al final»',
  finally: 'al final',
  asStatement: 'Usar como instrucción',
  asValue: 'Usar como valor',
  errorHere: (message: string) => `Error: ${message}`,
  valueHere: (value: string) => `Valor: ${value}`,
  newInput: 'Nueva entrada…',
  search: 'Buscar bloques',
  found: (n: number) => plural(n, 'bloque encontrado', 'bloques encontrados'),
  foundNone: 'Ningún bloque tiene estas palabras',
  variables: 'Variables',
  functions: 'Funciones',
  types: {
    text: 'texto',
    number: 'número',
    boolean: 'sí o no',
    list: 'lista',
    object: 'objeto',
    date: 'fecha',
    password: 'contraseña',
    any: 'cualquiera',
  },
};
