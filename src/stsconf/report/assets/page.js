"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  document.documentElement.classList.add("js");

  // ------------------------------------------------------------------ filter
  const form = one(".filter");
  const kinds = all("[data-kind]", form);
  const scenes = all(".scene").map((scene) => ({
    scene,
    checks: all(".check", scene).map((check) => ({ check, words: "" })),
  }));
  const words = (entry, scene) =>
    (entry.words ||= `${one("h3", scene).textContent} ${entry.check.textContent}`.toLowerCase().replace(/\s+/g, " "));
  const fits = (text, part) => {
    const at = text.indexOf(part);
    return at >= 0 && (!/^[a-z]+-\d+$/.test(part) || new RegExp(`\\b${part}\\b`).test(text));
  };
  const filter = () => {
    const parts = form.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = kinds.filter((kind) => kind.ariaPressed === "true").map((kind) => kind.dataset.kind);
    const area = form.area.value;
    let shown = 0, total = 0;
    for (const { scene, checks } of scenes) {
      let here = 0;
      for (const entry of checks) {
        const { o, a } = entry.check.dataset;
        const hit = (!wanted.length || wanted.includes(o)) && (!area || a.split(" ").includes(area))
          && parts.every((part) => fits(words(entry, scene), part));
        entry.check.hidden = !hit;
        here += hit;
      }
      scene.hidden = checks.length > 0 && !here;
      shown += here;
      total += checks.length;
    }
    one(".filter > output").textContent = shown === total ? `${total} checks` : `${shown} of ${total} checks`;
    one(".nothing").hidden = shown > 0 || !total;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const kind of kinds) {
    kind.addEventListener("click", () => {
      kind.ariaPressed = String(kind.ariaPressed !== "true");
      filter();
    });
  }
  one(".all").addEventListener("click", (event) => {
    const opening = event.target.textContent === "Open all";
    for (const { scene } of scenes) if (!scene.hidden) one("details", scene).open = opening;
    event.target.textContent = opening ? "Close all" : "Open all";
  });
  for (const link of all("[data-only]")) {
    link.addEventListener("click", () => {
      form.text.value = link.dataset.only;
      filter();
    });
  }

  // ------------------------------------------------------------------ timelines
  const tip = one(".tip");
  const setUp = (figure) => {
    const scroll = one(".scroll", figure);
    const plane = document.createElement("div");
    plane.className = "plane";
    plane.append(one(".chart", scroll));
    scroll.append(plane);
    const cursor = document.createElement("div");
    cursor.className = "cursor";
    cursor.hidden = true;
    plane.append(cursor);
    const events = all(".events li[data-p]", figure).map((line) => {
      const [x, y] = line.dataset.p.split(" ").map(Number);
      return { line, x, y };
    });
    let now = -1;
    const leave = () => {
      tip.hidden = cursor.hidden = true;
      events[now]?.line.classList.remove("now");
      now = -1;
    };
    const show = (number) => {
      const event = events[number];
      if (!event) return;
      events[now]?.line.classList.remove("now");
      now = number;
      event.line.classList.add("now");
      cursor.hidden = tip.hidden = false;
      cursor.style.left = `${event.x}%`;
      cursor.style.setProperty("--y", `${event.y}px`);
      tip.replaceChildren(...[...event.line.childNodes].map((node) => node.cloneNode(true)));
      const box = plane.getBoundingClientRect(), frame = scroll.getBoundingClientRect();
      const at = (event.x / 100) * box.width;
      if (at < scroll.scrollLeft + 8 || at > scroll.scrollLeft + frame.width - 8) scroll.scrollLeft = at - frame.width / 2;
      const left = frame.left + at - scroll.scrollLeft, room = document.documentElement.clientWidth;
      tip.style.left = `${Math.max(6, Math.min(left + 12, room - tip.offsetWidth - 6))}px`;
      const above = frame.top + event.y - tip.offsetHeight - 14;
      tip.style.top = `${above > 4 ? above : frame.top + event.y + 16}px`;
    };
    const nearest = (pointer) => {
      const box = plane.getBoundingClientRect();
      const x = pointer.clientX - box.left, y = pointer.clientY - box.top;
      let best = -1, least = 60;
      events.forEach((event, number) => {
        const far = Math.hypot((event.x / 100) * box.width - x, 2.5 * (event.y - y));
        if (far < least) [best, least] = [number, far];
      });
      return best;
    };
    plane.addEventListener("pointermove", (pointer) => {
      const number = nearest(pointer);
      if (number < 0) leave();
      else if (number !== now) show(number);
    });
    plane.addEventListener("pointerleave", leave);
    scroll.addEventListener("blur", leave);
    scroll.addEventListener("scroll", () => tip.hidden || (document.activeElement !== scroll && leave()));

    const first = one(".flag line", plane);
    if (first) {
      const edge = first.getBoundingClientRect().left - scroll.getBoundingClientRect().left;
      if (edge > scroll.clientWidth) scroll.scrollLeft = edge - scroll.clientWidth / 2;
    }

    const zooms = [1, 2, 4, 8, 16];
    let zoom = 1;
    const zoomTo = (factor, at = scroll.clientWidth / 2) => {
      if (!zooms.includes(factor) || factor === zoom) return;
      const middle = (scroll.scrollLeft + at) / plane.offsetWidth;
      zoom = factor;
      figure.style.setProperty("--zoom", zoom);
      figure.dataset.zoom = zoom;
      one(".zoom output", figure).textContent = `${zoom}×`;
      scroll.scrollLeft = middle * plane.offsetWidth - at;
    };
    for (const button of all("[data-zoom]", one(".zoom", figure))) {
      button.addEventListener("click", () => zoomTo(button.dataset.zoom === "+" ? zoom * 2 : zoom / 2));
    }
    scroll.addEventListener("wheel", (wheel) => {
      if (!wheel.ctrlKey) return;
      wheel.preventDefault();
      zoomTo(wheel.deltaY < 0 ? zoom * 2 : zoom / 2, wheel.clientX - scroll.getBoundingClientRect().left);
    }, { passive: false });
    scroll.addEventListener("keydown", (key) => {
      const steps = { ArrowRight: now + 1, ArrowLeft: now < 0 ? events.length - 1 : now - 1, Home: 0, End: events.length - 1 };
      if (key.key in steps) show(Math.max(0, Math.min(events.length - 1, steps[key.key])));
      else if (key.key === "+" || key.key === "=") zoomTo(zoom * 2);
      else if (key.key === "-") zoomTo(zoom / 2);
      else if (key.key === "Escape") leave();
      else return;
      key.preventDefault();
    });
  };
  const known = new WeakSet();
  const prepare = (root) => {
    for (const figure of all(".timeline", root)) {
      if (known.has(figure)) continue;
      known.add(figure);
      setUp(figure);
    }
  };
  for (const { scene } of scenes) {
    const details = one("details", scene);
    if (details.open) prepare(scene);
    details.addEventListener("toggle", () => prepare(scene));
  }

  // ------------------------------------------------------------------ links into what is closed
  const follow = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let around = target; around; around = around.parentElement) {
      if (around.tagName === "DETAILS") around.open = true;
      if (around.hidden) around.hidden = false;
    }
    const flag = target.closest(".flag");
    if (!flag) {
      const inside = one("details", target);
      if (target.classList.contains("scene") && inside) inside.open = true;
      target.scrollIntoView({ block: "start" });
      return;
    }
    prepare(flag.closest(".scene"));
    const scroll = flag.closest(".scroll");
    const line = one("line", flag).getBoundingClientRect(), frame = scroll.getBoundingClientRect();
    scroll.scrollLeft += line.left - frame.left - frame.width / 2;
    scroll.scrollIntoView({ block: "center" });
    for (const other of all(".flag.hit")) other.classList.remove("hit");
    void flag.getBoundingClientRect();
    flag.classList.add("hit");
    flag.focus({ preventScroll: true });
  };
  addEventListener("hashchange", follow);
  document.addEventListener("click", (click) => {
    const link = click.target.closest?.('a[href^="#"]');
    if (link && link.hash === location.hash) follow();
  });
  filter();
  addEventListener("load", () => requestAnimationFrame(follow));
})();
