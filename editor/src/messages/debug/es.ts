const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const debugWords = {
  breakpoint: 'Punto de parada',
  set: 'Poner punto de parada (F9)',
  remove: 'Quitar punto de parada (F9)',
  runTo: 'Ejecutar hasta aquí',
  goTo: 'Seguir hasta aquí',
  stopAt: (n: number) => `Parar en ${plural(n, 'punto de parada', 'puntos de parada')}`,
  before: (block: string) => `Parado antes de «${block}»`,
  asks: (block: string, effect: string) => `Parado antes de que «${block}» pida fuera: ${effect}`,
  gave: (block: string) => `Parado en «${block}», que ya tiene su valor`,
  title: 'Parado',
  goOn: 'Continuar',
  step: 'Paso',
  stop: 'Detener',
  goOnKey: 'Continuar (F8)',
  stepKey: 'Hasta la siguiente instrucción o efecto (F10)',
  note: 'Lo que el flujo ha hecho hasta ahora ha ocurrido. Lo que viene, todavía no.',
} as const;

export const fromWords = {
  from: 'Ejecutar desde aquí…',
  title: (effect: string) => `Ejecutar desde ${effect}`,
  text: 'Una nueva ejecución da por hecho lo que vino antes de este efecto: no ocurre otra vez. Desde aquí todo ocurre de verdad.',
  asBefore: 'como antes',
  version: 'Versión del flujo',
  sameVersion: 'La que se ejecutó',
  draft: 'El borrador tal como está',
  start: 'Ejecutar desde aquí',
  notJson: (name: string) => `«${name}» debe escribirse como JSON.`,
} as const;
