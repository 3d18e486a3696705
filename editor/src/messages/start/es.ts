/** Las frases de la página de inicio en español. */

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const s = {
  search: 'Buscar flujos',
  show: 'Mostrar',
  shows: {
    all: 'Todos los flujos',
    live: 'Publicados',
    changed: 'Publicados, con cambios desde entonces',
    draft: 'Nunca publicados',
    problems: 'Con problemas',
    failed: 'Última ejecución fallida',
  },
  noneFound: 'Ningún flujo es así.',
  showAll: 'Mostrar todos los flujos',
  count: (n: number) => plural(n, 'flujo', 'flujos'),
  changedSince: 'Cambiado desde entonces',

  tags: 'Etiquetas',
  tagsOf: (title: string) => `Etiquetas de ${title}`,
  tagsHint: 'Palabras que pertenecen a este flujo, separadas por comas.',
  save: 'Guardar',
  filterByTag: 'Mostrar solo flujos con la etiqueta',

  templateWords: {
    'update-user': {
      title: 'Actualizar un usuario',
      description:
        'Inicia la sesión de Alice, le da una dirección de correo y una dirección postal nuevas, y devuelve el usuario actualizado.',
    },
    'a-users-life': {
      title: 'La vida de un usuario',
      description:
        'Registra un usuario, inicia su sesión, le da un rol, lo desactiva, lo activa y lo elimina; todos los bloques de usuarios que no necesitan correo.',
    },
    'by-mail': {
      title: 'Correos y tokens',
      description:
        'Confirma la dirección de un usuario nuevo, envía un enlace para una contraseña olvidada, y actúa como un usuario con su token.',
    },
    'keep-orders': {
      title: 'Guardar pedidos',
      description: 'Guarda, cambia, busca, cuenta y elimina objetos en una tabla que antes no existe.',
    },
  } as Record<string, { title: string; description: string }>,

  import: 'Importar…',
  importing: 'Importando…',
  drop: 'Suelte aquí archivos de flujo',
  dropHint: 'Archivos de flujo (JSON), lógica de Codeless o espacios de Blockly (XML)',
  imported: 'Lo que se importó',
  cameOver: (n: number) => plural(n, 'bloque importado', 'bloques importados'),
  placeholders: (n: number) => plural(n, 'bloque no tiene equivalente', 'bloques no tienen equivalente'),
  kept: 'Cada uno quedó como un marcador que conserva todo el original.',
  notRead: (name: string) => `No se pudo importar ${name}`,
  notAFlow: 'Este archivo no es un flujo (JSON) ni lógica (XML).',
  tooBig: 'Este archivo tiene más de 16 MB.',

  templates: 'Empezar con una plantilla',
  templatesText: 'Una copia será su propio flujo. No ocurre nada hasta que lo ejecute.',
  use: 'Usar',
  begins: {
    when_run: 'a mano',
    when_webhook: 'por webhook',
    when_every: 'por horario',
    when_user: 'por usuarios',
  } as Record<string, string>,
  begun: (ways: string) => `Empieza ${ways}`,
  blocks: (n: number) => plural(n, 'bloque', 'bloques'),
};

export const mergeWords = {
  title: 'Unir ambas versiones',
  open: 'Comparar y unir',
  text: 'Usted y otra persona cambiaron este flujo. Lo que solo cambió un lado se toma. Elija donde cambiaron ambos.',
  mine: 'Lo mío',
  theirs: 'Lo suyo',
  gone: 'eliminado',
  both: (n: number) => (n === 1 ? 'Ambos cambiaron un bloque' : `Ambos cambiaron ${n} bloques`),
  none: 'Ningún bloque fue cambiado por ambos: todo encaja.',
  takenMine: (n: number) => `${plural(n, 'bloque', 'bloques')} cambiados solo por usted`,
  takenTheirs: (n: number) => `${plural(n, 'bloque', 'bloques')} cambiados solo por otros`,
  choose: (block: string) => `¿Cuál de «${block}»?`,
  name: 'Título y descripción',
  done: 'Unir',
  merged: 'Ambos lados están ahora en este flujo.',
};
