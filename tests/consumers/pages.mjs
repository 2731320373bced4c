// Opens pages in Chromium: nothing is complained of, nothing fetched, nothing wider than the window, the counts are
// those of the evaluation, and axe finds nothing grave. Standard input maps each page to its summary; a line of JSON
// is printed for each problem.
//   pages.mjs TOOLS OUTDIR
import { createRequire } from 'node:module';
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [tools, out] = process.argv.slice(2);
const require = createRequire(join(tools, 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const summaries = Object.entries(JSON.parse(readFileSync(0, 'utf8')));

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 320, height: 700 };
// Pages of which pictures and a print are kept.
const PICTURED = /^(center|hostile-center)\./;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

async function open(context, file, tell) {
  const page = await context.newPage();
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && tell(`console: ${message.text()}`));
  page.on('pageerror', (error) => tell(`script: ${error.message}`));
  page.on('dialog', (dialog) => { tell(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => request.url() !== pathToFileURL(file).href && tell(`asks for ${request.url().slice(0, 200)}`));
  await page.goto(pathToFileURL(file).href);
  return page;
}

async function overflow(page, what, tell) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) tell(`${what}: ${wide} pixels wider than the window`);
}

// Contrast takes longest, and is of the style and not of the facts.
async function graveOf(page, what, withContrast, tell) {
  await page.evaluate(axe);
  const rules = { 'color-contrast': { enabled: withContrast } };
  const found = await page.evaluate((rules) => axe.run(document, { resultTypes: ['violations'], rules }), rules);
  for (const { id, impact, help, nodes } of found.violations) {
    if (['serious', 'critical'].includes(impact)) tell(`${what}: axe: ${id} (${impact}): ${help}: ${nodes[0].html.slice(0, 200)} and ${nodes.length - 1} more`);
  }
}

async function counts(page, summary, tell) {
  const shown = await page.evaluate(() => {
    const tile = (name) => Number(document.querySelector(`.tiles .${name} .num`)?.textContent);
    const failures = document.querySelectorAll('#failures .card.f').length;
    return { fail: tile('f'), unknown: tile('u'), due_soon: tile('d'), pass: tile('p'), not_applicable: tile('n'), failures };
  });
  for (const key of ['fail', 'unknown', 'due_soon', 'pass', 'not_applicable']) {
    if (shown[key] !== summary[key]) tell(`${key}: ${shown[key]}, the JSON has ${summary[key]}`);
  }
  if (shown.failures !== summary.fail) tell(`${shown.failures} failures are listed, the JSON has ${summary.fail}`);
}

// A page in a window of its own.
async function within(options, file, tell, use) {
  const context = await browser.newContext(options);
  try {
    await use(await open(context, file, tell));
  } catch (error) {
    tell(`${error.name}: ${error.message}`);
  } finally {
    await context.close();
  }
}

async function look([file, summary]) {
  const tell = (problem) => console.log(JSON.stringify({ page: file, problem }));
  const name = basename(file, '.html');
  const isPictured = PICTURED.test(name);
  const picture = (page, what, options) => page.screenshot({ path: join(out, `${name}.${what}.png`), ...options });
  // axe is a script that the page would not let in.
  await within({ viewport: WIDE, bypassCSP: true }, file, tell, async (page) => {
    await counts(page, summary, tell);
    await overflow(page, 'wide', tell);
    await graveOf(page, 'light', isPictured, tell);
  });
  await within({ viewport: NARROW }, file, tell, async (page) => {
    await overflow(page, 'narrow', tell);
    if (isPictured) await picture(page, 'narrow');
  });
  if (!isPictured) return;
  await within({ viewport: WIDE, colorScheme: 'dark', bypassCSP: true }, file, tell, async (page) => {
    await picture(page, 'dark');
    await graveOf(page, 'dark', true, tell);
  });
  await within({ viewport: WIDE }, file, tell, async (page) => {
    await picture(page, 'wide', { fullPage: true });
    const print = join(out, `${name}.pdf`);
    await page.pdf({ path: print, format: 'A4' });
    if (statSync(print).size < 10_000) tell('its print is empty');
  });
}

const queue = [...summaries];
await Promise.all([0, 1].map(async () => { while (queue.length) await look(queue.shift()); }));
await browser.close();
