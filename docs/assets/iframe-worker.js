// Lets the search of the site run where pages are opened from disk: browsers refuse workers there, so the
// worker's script runs in a hidden frame that behaves as one.
if (location.protocol === "file:") {
  class IFrameWorker extends EventTarget {
    constructor(url) {
      super();
      this.onmessage = null;
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "search";
      const source = String(url).replace(/&/g, "&amp;").replace(/"/g, "&quot;");
      this.frame.srcdoc = `<script>
        var owner = window.parent;
        var reply = function (data) { owner.dispatchEvent(new CustomEvent("iframe-worker", { detail: data })); };
        var postMessage = reply;
        var importScripts = function () {
          var load = function (before, url) {
            return before.then(function () {
              return new Promise(function (done, failed) {
                var script = document.createElement("script");
                script.src = url; script.onload = done; script.onerror = failed;
                document.body.appendChild(script);
              });
            });
          };
          return Array.prototype.reduce.call(arguments, load, Promise.resolve());
        };
      <\/script><body><script src="${source}"><\/script></body>`;
      addEventListener("iframe-worker", (event) => {
        const told = new MessageEvent("message", { data: event.detail });
        this.dispatchEvent(told);
        if (this.onmessage) this.onmessage(told);
      });
      this.frame.addEventListener("load", () => {
        const waiting = this.waiting;
        this.waiting = null;
        waiting.forEach((data) => this.postMessage(data));
      });
      document.body.appendChild(this.frame);
    }
    postMessage(data) {
      if (this.waiting) this.waiting.push(data);
      else this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }));
    }
    terminate() {
      this.frame.remove();
    }
  }
  window.IFrameWorker = IFrameWorker;
  window.Worker = IFrameWorker;
}
