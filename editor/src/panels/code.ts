import { autocompletion, type Completion, type CompletionContext } from '@codemirror/autocomplete';
import { javascript } from '@codemirror/lang-javascript';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';
import { EditorView, minimalSetup } from 'codemirror';

/** The editor for the code of expression and script blocks. */

export interface CodeEditor {
  text(): string;
  focus(): void;
  destroy(): void;
}

interface Options {
  code: string;
  language: 'expression' | 'script';
  /** What can stand in the code besides the language's own: variables, inputs. */
  names: string[];
  label: string;
  changed: (code: string) => void;
}

const functions =
  'all any none one count filter map find findIndex findLast sum sortBy groupBy reduce len upper lower trim split join replace repeat indexOf trimPrefix trimSuffix abs ceil floor round min max mean first last take reverse sort uniq concat keys values get string number int date type toJSON fromJSON'.split(
    ' ',
  );

function proposals(options: Options) {
  const known: Completion[] = options.names.map((label) => ({ label, type: 'variable', boost: 1 }));
  if (options.language === 'expression') {
    for (const label of functions) known.push({ label, type: 'function', apply: `${label}(` });
  }
  return (context: CompletionContext) => {
    const word = context.matchBefore(/[\w.]+/);
    if (!word && !context.explicit) return null;
    return { from: word?.from ?? context.pos, options: known, validFor: /^[\w.]*$/ };
  };
}

const look = EditorView.theme({
  '&': { fontSize: '14px', maxHeight: '50vh' },
  '.cm-scroller': { fontFamily: 'ui-monospace, Menlo, Consolas, monospace', minHeight: '120px' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-tooltip': { background: 'var(--raised)', border: '1px solid var(--line)', borderRadius: '8px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    background: 'var(--accent-soft)',
    color: 'var(--text)',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', borderRadius: '8px' },
});

const colours = HighlightStyle.define([
  { tag: [tags.string, tags.regexp], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--accent)' },
  { tag: tags.comment, color: 'var(--quiet)' },
]);

export function codeEditor(parent: HTMLElement, options: Options): CodeEditor {
  const view = new EditorView({
    parent,
    doc: options.code,
    extensions: [
      minimalSetup,
      javascript(),
      look,
      syntaxHighlighting(colours),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': options.label }),
      autocompletion({ override: [proposals(options)] }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) options.changed(update.state.doc.toString());
      }),
    ],
  });
  return {
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
