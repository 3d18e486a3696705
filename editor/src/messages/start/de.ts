/** Die Sätze der Startseite auf Deutsch. */

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const s = {
  search: 'Abläufe suchen',
  show: 'Zeigen',
  shows: {
    all: 'Alle Abläufe',
    live: 'Veröffentlichte',
    changed: 'Veröffentlichte, seither geändert',
    draft: 'Nie veröffentlichte',
    problems: 'Mit Problemen',
    failed: 'Letzter Lauf gescheitert',
  },
  noneFound: 'Kein Ablauf ist so.',
  showAll: 'Alle Abläufe zeigen',
  count: (n: number) => plural(n, 'Ablauf', 'Abläufe'),
  changedSince: 'Seither geändert',

  tags: 'Schlagwörter',
  tagsOf: (title: string) => `Schlagwörter von ${title}`,
  tagsHint: 'Wörter, die zu diesem Ablauf gehören, mit Kommas dazwischen.',
  save: 'Speichern',
  filterByTag: 'Nur Abläufe mit dem Schlagwort zeigen',

  templateWords: {
    'update-user': {
      title: 'Einen Benutzer ändern',
      description:
        'Meldet Alice an, gibt ihr eine neue E-Mail-Adresse und Postanschrift und gibt den geänderten Benutzer zurück.',
    },
    'a-users-life': {
      title: 'Das Leben eines Benutzers',
      description:
        'Registriert einen Benutzer, meldet ihn an, gibt ihm eine Rolle, sperrt ihn, lässt ihn wieder zu und löscht ihn; alle Benutzerblöcke, die keine Mail brauchen.',
    },
    'by-mail': {
      title: 'Mails und Token',
      description:
        'Bestätigt die Adresse eines neuen Benutzers, schickt einen Link für ein vergessenes Passwort und handelt mit einem Token als Benutzer.',
    },
    'keep-orders': {
      title: 'Bestellungen aufbewahren',
      description:
        'Speichert, ändert, findet, zählt und löscht Objekte in einer Tabelle, die es vorher nicht gibt.',
    },
  } as Record<string, { title: string; description: string }>,

  import: 'Importieren …',
  importing: 'Wird importiert …',
  drop: 'Ablaufdateien hier fallen lassen',
  dropHint: 'Ablaufdateien (JSON), Codeless-Logik oder Blockly-Arbeitsbereiche (XML)',
  imported: 'Was importiert wurde',
  cameOver: (n: number) => plural(n, 'Block wurde übernommen', 'Blöcke wurden übernommen'),
  placeholders: (n: number) => plural(n, 'Block hat kein Gegenstück', 'Blöcke haben kein Gegenstück'),
  kept: 'Jeder wurde ein Platzhalter, der das ganze Original behält.',
  notRead: (name: string) => `${name} konnte nicht importiert werden`,
  notAFlow: 'Diese Datei ist weder ein Ablauf (JSON) noch Logik (XML).',
  tooBig: 'Diese Datei ist größer als 16 MB.',

  templates: 'Mit einer Vorlage beginnen',
  templatesText: 'Eine Kopie wird Ihr eigener Ablauf. Bis Sie ihn starten, geschieht nichts.',
  use: 'Verwenden',
  begins: {
    when_run: 'von Hand',
    when_webhook: 'durch Webhook',
    when_every: 'nach Zeitplan',
    when_user: 'durch Benutzer',
  } as Record<string, string>,
  begun: (ways: string) => `Beginnt ${ways}`,
  blocks: (n: number) => plural(n, 'Block', 'Blöcke'),
};

export const mergeWords = {
  title: 'Beides zusammenführen',
  open: 'Vergleichen und zusammenführen',
  text: 'Sie und jemand anderes haben diesen Ablauf geändert. Was nur eine Seite geändert hat, wird übernommen. Wählen Sie, wo es beide taten.',
  mine: 'Meine',
  theirs: 'Andere',
  gone: 'entfernt',
  both: (n: number) => (n === 1 ? 'Beide haben einen Block geändert' : `Beide haben ${n} Blöcke geändert`),
  none: 'Kein Block wurde von beiden geändert: Alles passt zusammen.',
  takenMine: (n: number) => `${plural(n, 'Block', 'Blöcke')} nur von Ihnen geändert`,
  takenTheirs: (n: number) => `${plural(n, 'Block', 'Blöcke')} nur von anderen geändert`,
  choose: (block: string) => `Welches von „${block}“?`,
  name: 'Titel und Beschreibung',
  done: 'Zusammenführen',
  merged: 'Beide Seiten sind jetzt in diesem Ablauf.',
};
