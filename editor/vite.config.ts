import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Blockly asks an outside host for its sprites and sounds unless it is told
// where else they are.
function blocklyMedia(): Plugin {
  return {
    name: 'blockly-media',
    writeBundle(options) {
      cpSync(at('node_modules/blockly/media'), `${options.dir}/blockly-media`, { recursive: true });
    },
  };
}

const server = process.env.BLOCKFLOW ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte(), blocklyMedia()],
  build: { target: 'es2022', chunkSizeWarningLimit: 1500 },
  server: { proxy: { '/api': server, '/hooks': server } },
});
