const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const debugWords = {
  breakpoint: 'Haltepunkt',
  set: 'Haltepunkt setzen (F9)',
  remove: 'Haltepunkt entfernen (F9)',
  runTo: 'Bis hierher laufen lassen',
  goTo: 'Weiter bis hierher',
  stopAt: (n: number) => `An ${plural(n, 'Haltepunkt', 'Haltepunkten')} anhalten`,
  before: (block: string) => `Angehalten vor „${block}“`,
  asks: (block: string, effect: string) => `Angehalten, bevor „${block}“ draußen fragt: ${effect}`,
  gave: (block: string) => `Angehalten bei „${block}“, der Wert steht fest`,
  title: 'Angehalten',
  goOn: 'Weiter',
  step: 'Schritt',
  stop: 'Abbrechen',
  goOnKey: 'Weiter (F8)',
  stepKey: 'Bis zur nächsten Anweisung oder Wirkung (F10)',
  note: 'Was der Ablauf bisher getan hat, ist geschehen. Was jetzt kommt, noch nicht.',
} as const;

export const fromWords = {
  from: 'Ab hier laufen lassen…',
  title: (effect: string) => `Ab ${effect} laufen lassen`,
  text: 'Ein neuer Lauf nimmt als gegeben, was vor dieser Wirkung kam: Es geschieht nicht noch einmal. Ab hier geschieht alles wirklich.',
  asBefore: 'wie zuvor',
  version: 'Version des Ablaufs',
  sameVersion: 'Die, die lief',
  draft: 'Der Entwurf, wie er jetzt ist',
  start: 'Ab hier laufen lassen',
  notJson: (name: string) => `„${name}“ muss als JSON geschrieben sein.`,
} as const;
