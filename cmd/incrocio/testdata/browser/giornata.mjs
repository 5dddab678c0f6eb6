// A scripted day of two operators in a real browser. It takes one JSON argument:
//   base      address of the console
//   chromium  path of the browser
//   script    whether pages may run JavaScript
//   pictures  folder for screenshots
//   anna, bruno   {name, password}; both work in the same sede
//   second    code of an exception that takes two persons and proposes something
//   year      of the exceptions and submissions
// It prints one JSON object: what was done, and how many violations and reports there were. Any step that is not as it
// must be ends it with exit code 1 and a sentence.
import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";
import path from "node:path";

const require = createRequire(path.join(process.env.BROWSER_NODE, "package.json"));
const { chromium } = require("playwright-core");
const axe = require("axe-core").source;

const day = JSON.parse(process.argv[2]);
const done = { script: day.script, pages: 0, violations: [], reports: [], foreign: [], keys: 0, steps: [] };
const own = new URL(day.base).host;

function must(ok, what) {
  if (!ok) {
    throw new Error(what);
  }
}

// look counts what is wrong with a page and keeps its picture.
async function look(page, name) {
  await page.screenshot({ path: path.join(day.pictures, `${day.script ? "js" : "senza-js"}-${name}.png`), fullPage: true });
  done.pages++;
  if (!day.script) {
    return;
  }
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  for (const v of found.violations) {
    done.violations.push(`${name}: ${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(", ")}`);
  }
}

// watch notes what a page must not do.
function watch(page) {
  page.on("request", (r) => {
    const url = new URL(r.url());
    if (url.host !== own) {
      done.foreign.push(url.host);
    }
    if (url.pathname === "/csp") {
      done.reports.push(r.postData() || "report");
    }
    if (/[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-EHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]/i.test(decodeURIComponent(r.url()))) {
      done.foreign.push("a tax code in an address");
    }
  });
  page.on("console", (m) => {
    if (/Content.Security.Policy/i.test(m.text())) {
      done.reports.push(m.text());
    }
  });
  page.on("pageerror", (e) => done.reports.push(String(e)));
}

async function signIn(browser, who) {
  const context = await browser.newContext({ javaScriptEnabled: day.script, locale: "it-IT", timezoneId: "Europe/Rome" });
  const page = await context.newPage();
  watch(page);
  await page.goto(day.base + "/eccezioni?lista=da-lavorare");
  must(new URL(page.url()).pathname === "/entra", "a page was shown before sign-in");
  await look(page, "entra-" + who.name);
  await page.fill("#nome", who.name);
  await page.fill("#password", "sbagliata-del-tutto");
  await page.click("main button[type=submit]");
  must(await page.locator("#problema").isVisible(), "a wrong password is not told");
  await page.fill("#nome", who.name);
  await page.fill("#password", who.password);
  await page.click("main button[type=submit]");
  must(new URL(page.url()).pathname === "/eccezioni", "sign-in does not lead where one wanted to go: " + page.url());
  return page;
}

const rows = (page) => page.locator("#elenco tr.voce");

async function openExceptions(page, query) {
  await page.goto(`${day.base}/eccezioni?lista=da-lavorare&${query}`);
  return rows(page).count();
}

// filters are errors that are told where they are, and lists that are what was asked for.
async function filters(page) {
  await page.goto(day.base + "/comunicazioni");
  await look(page, "comunicazioni-senza-periodo");
  await page.fill("#dal", "2014-12-31");
  await page.fill("#al", "2014-01-01");
  await page.locator("#filtri button.primario").click();
  must((await page.locator("#errori a").count()) > 0, "a range that runs backwards is not told at the top");
  await look(page, "comunicazioni-errore");
  await page.goto(`${day.base}/comunicazioni?lista=pervenute&anno=${day.year}`);
  must((await rows(page).count()) > 0, "no submission of the year");
  await look(page, "comunicazioni-pervenute");

  const all = await openExceptions(page, "classe=BLOCCO&righe=50");
  must(all > 0, "no exception");
  await look(page, "eccezioni");
  const code = (await rows(page).first().locator(".codice").first().textContent()).trim();
  await page.fill("#cf", code);
  await page.locator("#filtri button.primario").click();
  must(!page.url().includes(code), "the tax code is in the address");
  const codes = await rows(page).locator("td .codice").allTextContents();
  must(codes.length > 0 && codes.every((c) => c.trim() === code), "the search by tax code gives others");
  done.steps.push("filters");
}

// elabora turns Letto, and a link does not.
async function elabora(page) {
  const list = `${day.base}/comunicazioni?lista=da-lavorare&anno=${day.year}`;
  await page.goto(list);
  must((await rows(page).count()) > 0, "no submission to be worked");
  const row = rows(page).filter({ has: page.locator("button.elabora") }).first();
  const name = (await row.locator("a.apri").textContent()).trim();
  must((await row.locator("[data-voce=Letto]").textContent()).startsWith("No"), "Letto is Sì before anybody read it");
  await row.locator("a.apri").click();
  await look(page, "comunicazione");
  await page.goto(list);
  const again = rows(page).filter({ hasText: name }).first();
  must((await again.locator("[data-voce=Letto]").textContent()).startsWith("No"), "a link turned Letto");
  await again.locator("button.elabora").click();
  await page.goto(list);
  must((await rows(page).filter({ hasText: name }).count()) === 0, "what was taken in charge is still to be worked");
  await page.goto(list.replace("da-lavorare", "lavorate"));
  must((await rows(page).filter({ hasText: name }).first().locator("[data-voce=Letto]").textContent()).startsWith("Sì"), "Elabora did not turn Letto");
  done.steps.push("elabora");
}

// closeItem fills the form of the item that is open.
async function closeItem(page, outcome, reason, decision) {
  if (decision) {
    await page.check(`input[name=provvedimento][value=${decision}]`);
  }
  await page.check(`input[name=esito][value=${outcome}]`);
  await page.fill("#chiudi-uno #motivo", reason);
  await page.click("#chiudi-uno button[value=chiudi]");
}

// closeAndUndo closes an exception and takes it back.
async function closeAndUndo(page) {
  must((await openExceptions(page, "classe=INFO&righe=20")) > 0, "nothing to close");
  const link = rows(page).first().locator("a.apri");
  const href = (await link.getAttribute("href")).split("?")[0];
  await link.click();
  await look(page, "eccezione");
  await closeItem(page, "INFONDATA", "verificato agli atti", "");
  await look(page, "chiusa");
  await page.goto(day.base + href);
  must(/lavorata/i.test(await page.locator("ul.etichette").first().textContent()), "what was closed is not worked");
  await page.getByRole("button", { name: "Annulla la chiusura" }).first().click();
  await page.goto(day.base + href);
  must(/in carico/i.test(await page.locator("ul.etichette").first().textContent()), "what was taken back is not in carico");
  await page.getByRole("button", { name: "Rilascia" }).click();
  await page.goto(day.base + href + "/audit");
  await look(page, "registro");
  must((await page.locator("main table tbody tr, main ol li").count()) >= 4, "the register does not tell what happened");
  done.steps.push("undo");
}

// fourEyes closes with a decision what takes two persons; the other approves it.
async function fourEyes(anna, bruno) {
  must((await openExceptions(anna, `codice=${day.second}&righe=20`)) > 0, "no exception of " + day.second);
  const href = (await rows(anna).first().locator("a.apri").getAttribute("href")).split("?")[0];
  await anna.goto(day.base + href);
  await closeItem(anna, "FONDATA", "reddito confermato dal beneficiario", "CONFERMA");
  await anna.goto(day.base + "/approvazioni");
  await look(anna, "approvazioni-mie");
  must((await anna.locator('section[aria-labelledby=altri] input[name=gruppo]').count()) === 0, "one's own closing can be approved");
  await bruno.goto(day.base + "/approvazioni");
  await look(bruno, "approvazioni");
  await bruno.locator('section[aria-labelledby=altri] input[name=gruppo]').first().check();
  await bruno.getByRole("button", { name: "Approva le selezionate" }).click();
  await bruno.goto(day.base + href);
  const state = await bruno.locator("ul.etichette").first().textContent();
  must(/lavorata/i.test(state), "after the approval the item is: " + state);
  await look(bruno, "approvata");
  done.decided = decodeURIComponent(href.split("/").pop());
  done.steps.push("four eyes");
}

// conflict has both on one item: the second is told by whom.
async function conflict(anna, bruno) {
  must((await openExceptions(anna, "classe=INFO&righe=20")) > 0, "nothing to close");
  const href = (await rows(anna).first().locator("a.apri").getAttribute("href")).split("?")[0];
  await anna.goto(day.base + href);
  await bruno.goto(day.base + href);
  await closeItem(bruno, "UTILE", "", "");
  await closeItem(anna, "INFONDATA", "", "");
  must((await anna.locator("main").textContent()).includes(day.bruno.name), "the second is not told by whom");
  await look(anna, "conflitto");
  done.steps.push("conflict");
}

// keyboard clears twenty exceptions without a mouse.
async function keyboard(page) {
  const before = await openExceptions(page, "classe=INFO&righe=20");
  must(before === 20, `${before} exceptions on the page, not 20`);
  const press = async (key) => {
    done.keys++;
    await page.keyboard.press(key);
  };
  const ids = await rows(page).evaluateAll((trs) => trs.map((tr) => tr.id));
  if (day.script) {
    await press("a");
    await press("c");
    await Promise.all([page.waitForNavigation(), press("Enter")]);
  } else {
    await page.locator("#elenco").evaluate((f) => f.querySelector("input[type=checkbox]").focus());
    for (let i = 0; i < 20; i++) {
      await press("Space");
      await press("Tab");
      await press("Tab");
    }
    for (let i = 0; i < 20; i++) {
      const at = await page.evaluate(() => document.activeElement.value || document.activeElement.tagName);
      if (at === "SUMMARY") {
        await press("Enter");
      }
      if (at === "chiudi-fondata") {
        break;
      }
      await press("Tab");
    }
    await Promise.all([page.waitForNavigation(), press("Enter")]);
  }
  await openExceptions(page, "classe=INFO&righe=20");
  const left = await rows(page).evaluateAll((trs) => trs.map((tr) => tr.id));
  must(!left.some((id) => ids.includes(id)), "some of the twenty are still there");
  must(done.keys <= 100, `${done.keys} key strokes`);
  done.steps.push("keyboard");
}

// others are the pages that only show.
async function others(page) {
  for (const [name, at] of Object.entries({
    notte: "/", campione: "/campione?lista=da-lavorare", agenda: "/agenda", domestico: "/domestico", aiuto: "/aiuto", accessibilita: "/accessibilita",
    lavorate: "/eccezioni?lista=lavorate",
  })) {
    const answer = await page.goto(day.base + at);
    must(answer.status() === 200, `${at}: ${answer.status()}`);
    await look(page, name);
  }
  const answer = await page.goto(day.base + "/eccezioni/nessuna");
  must(answer.status() === 404, "an exception that is not there: " + answer.status());
  await look(page, "non-trovata");
  await page.setViewportSize({ width: 320, height: 640 });
  for (const [name, at] of Object.entries({ notte: "/", eccezioni: "/eccezioni?lista=da-lavorare" })) {
    await page.goto(day.base + at);
    must(await page.evaluate(() => document.documentElement.scrollWidth <= 320), `${at} is wider than 320 px`);
    await look(page, name + "-320");
  }
  done.steps.push("others");
}

mkdirSync(day.pictures, { recursive: true });
const browser = await chromium.launch({
  executablePath: day.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const anna = await signIn(browser, day.anna);
  const bruno = await signIn(browser, day.bruno);
  await filters(anna);
  await elabora(anna);
  await closeAndUndo(anna);
  await fourEyes(anna, bruno);
  await conflict(anna, bruno);
  await keyboard(anna);
  await others(bruno);
  await anna.getByRole("button", { name: "Esci" }).click();
  await anna.goto(day.base + "/");
  must(new URL(anna.url()).pathname === "/entra", "sign-out does not sign out");
  console.log(JSON.stringify(done));
} catch (e) {
  console.log(JSON.stringify(done));
  console.error(e.stack);
  process.exitCode = 1;
} finally {
  await browser.close();
}
