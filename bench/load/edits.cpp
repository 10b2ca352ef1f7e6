// edits - people who edit quotes together, as a load: every editor edits his own field and a shared one, and locks and
// unlocks his own once a second; everybody else on the quote watches.  With --echo the same connections send the same
// number of messages to rooms of the same size through echo:shout, which is what the transport alone costs.  With
// --shouts they do so beside their edits: the transport's latency in the same run, at the same moments.
//
//   * Open loop: an edit is due when it is due, whatever is still unanswered; latency counts from that moment.
//   * An acknowledged edit has to reach every other editor and viewer of its quote exactly once: `lost`, `duplicated`.
//   * A granted lock has to be held until it is given back: `locks_lost`.
//   * Each latency is given for all moments and for the calm ones, in which the machine was not throttled.
//   * The server's CPU comes from /proc, over the measured window.
//
// It prints one line per group of figures and, as the last line, all of them as one JSON object.
// Build: g++ -O2 -std=c++17 -pthread -o edits edits.cpp        (the headers lie beside it)
// Exit:  0 run completed; 2 usage error or no connection.
#include "machine_speed.h"
#include "ws_connection.h"
#include "wsload_support.h"

#include <csignal>
#include <unordered_set>

namespace {

using namespace wsload;

struct Options {
    string url, tokens, pid,
        fields = "insured/name,insured/first_name,insured/last_name,insured/email,insured/phone,notes";
    u64 quotes = 200, editors = 5, viewers = 0, echo = 0, seed = 0;
    double rate = 5, locks = 1, shouts = 0, duration = 10, warmup = 2, drain = 5;
    std::vector<string> fieldList;

    [[noreturn]] static void usage() {
        fputs(
            "usage: edits --url 127.0.0.1:PORT --tokens FILE [option value]...\n"
            "  --tokens     lines are tokens: connection i of a quote's editors, then its viewers, takes line i mod "
            "count\n"
            "  --quotes     200; --editors 5 per quote; --viewers 0 further on the first quote, who only read\n"
            "  --rate       5 edits a second and editor; --locks 1 lock and unlock a second and editor (0: none)\n"
            "  --fields     comma-separated, one of each editor's own and then the shared one\n"
            "  --seed       number that makes the quotes' ids; 0: by the clock\n"
            "  --duration 10 --warmup 2 --drain 5   seconds\n"
            "  --pid        P[,P..]: sample these processes and their descendants\n"
            "  --echo 1     rooms of the same size by echo:shout, instead\n"
            "  --shouts     0 a second and editor to such rooms, beside the edits\n",
            stderr);
        exit(2);
    }
    void parse(int argc, char** argv) {
        const std::map<string, string*> texts = {
            {"--url", &url}, {"--tokens", &tokens}, {"--pid", &pid}, {"--fields", &fields}};
        const std::map<string, u64*> counts = {{"--quotes", &quotes},
                                               {"--editors", &editors},
                                               {"--viewers", &viewers},
                                               {"--echo", &echo},
                                               {"--seed", &seed}};
        const std::map<string, double*> numbers = {{"--rate", &rate},     {"--locks", &locks},
                                                   {"--shouts", &shouts}, {"--duration", &duration},
                                                   {"--warmup", &warmup}, {"--drain", &drain}};
        for (int a = 1; a < argc; a += 2) {
            if (a + 1 >= argc) usage();
            string name = argv[a];
            if (texts.count(name))
                *texts.at(name) = argv[a + 1];
            else if (counts.count(name))
                *counts.at(name) = strtoull(argv[a + 1], nullptr, 10);
            else if (numbers.count(name))
                *numbers.at(name) = std::min(atof(argv[a + 1]), 3600.0);
            else
                usage();
        }
        if (url.empty() || tokens.empty() || !quotes || !editors || editors > 64 || rate <= 0) usage();
        if (url.compare(0, 5, "ws://") == 0) url.erase(0, 5);
        for (size_t at = 0; at <= fields.size();) {
            size_t end = std::min(fields.find(',', at), fields.size());
            fieldList.push_back(fields.substr(at, end - at));
            at = end + 1;
        }
        if (shouts > 0 && (echo || viewers)) die("--shouts is for beside edits of editors alone");
        if (!echo && fieldList.size() <= editors) die("--fields needs one per editor and a shared one");
        if (!seed) seed = nowNs();
    }
};

// Latencies by the moment they count from, so that they can be told apart afterwards by what the machine did then.
class Latencies {
public:
    void add(u64 due, u64 ns) { all_.emplace_back(due, ns); }
    Histogram histogram(const std::function<bool(u64)>& wanted) const {
        Histogram h;
        for (auto& one : all_)
            if (wanted(one.first)) h.add(one.second);
        return h;
    }

private:
    std::vector<std::pair<u64, u64>> all_;
};

// Ids say what was asked: edit n, lock n, unlock n, begin.
constexpr u64 kLockIds = 1000000000, kUnlockIds = 2000000000, kBeginId = 3000000000, kShoutIds = 4000000000;

struct Edit {
    u64 due = 0, seenBy = 0;
    uint32_t viewers = 0;
    char state = 0;
};  // state: 0 open, 'a' acknowledged, 'r' refused
enum class Lock : uint8_t { None, Asked, Held };

struct Person {
    WsConnection ws;
    u64 quote = 0, place = 0, lockDue = 0, lockCount = 0;
    bool isEditor = false, ready = false;
    int awaits = 1;  // answers until it is ready
    Lock lock = Lock::None;
    int64_t lastRevision = -1;
    std::vector<Edit> edits;        // of an editor, by id
    std::vector<Edit> shouts;       // of an editor, by id
    std::unordered_set<u64> heard;  // of a viewer: author and id
};

volatile sig_atomic_t g_stop = 0;

// The unsigned number behind a key's colon and blanks; -1 if there is none.
int64_t numberAfter(const char* p, size_t n, const char* key) {
    const char *at = static_cast<const char*>(memmem(p, n, key, strlen(key))), *end = p + n;
    if (!at) return -1;
    for (at += strlen(key); at < end && (*at == ':' || *at == ' '); ++at) {
    }
    if (at == end || *at < '0' || *at > '9') return -1;
    int64_t v = 0;
    for (; at < end && *at >= '0' && *at <= '9'; ++at) v = v * 10 + (*at - '0');
    return v;
}
bool holds(const char* p, size_t n, const char* text) { return memmem(p, n, text, strlen(text)) != nullptr; }

string textAfter(const char* p, size_t n, const char* key) {
    const char* at = static_cast<const char*>(memmem(p, n, key, strlen(key)));
    if (!at) return "?";
    at += strlen(key);
    while (at < p + n && (*at == ':' || *at == ' ' || *at == '"')) ++at;
    const char* end = at;
    while (end < p + n && *end != '"') ++end;
    return string(at, end);
}

class Run {
public:
    explicit Run(const Options& o) : o_(o), probe_(o.pid), people_(o.quotes * o.editors + o.viewers) {
        std::ifstream f(o.tokens);
        for (string line; std::getline(f, line);) tokens_.push_back(line);
        if (tokens_.empty()) die("no tokens in " + o.tokens);
        if ((ep_ = epoll_create1(EPOLL_CLOEXEC)) < 0) die("epoll_create1 failed");
    }

    int run() {
        const u64 editors = o_.quotes * o_.editors;
        connect(0, editors);
        if (!o_.echo) beginQuotes();
        // Who only reads has nothing to see before a quote is there.
        connect(editors, people_.size());
        u64 start = nowNs() + kSecond / 20;
        from_ = start + toNs(o_.warmup);
        to_ = from_ + toNs(o_.duration);
        schedule(start);
        until(from_, nullptr);
        u0_ = probe_.sample(false);
        double own = -ownCpu(), machine = -machineCpu();
        until(to_, nullptr);
        u1_ = probe_.sample(false);
        own += ownCpu();
        machine += machineCpu();
        until(nowNs() + toNs(o_.drain), [&] { return open_ == 0 && lost() == 0; });
        report(own, machine);
        for (auto& p : people_) p.ws.sayGoodbye();
        until(nowNs() + kSecond / 5, nullptr);
        return 0;
    }

private:
    // ------------------------------------------------------------ connections

    void connect(u64 first, u64 end) {
        for (u64 n = first; n < end; ++n) {
            Person& p = people_[n];
            p.isEditor = n < o_.quotes * o_.editors;
            p.quote = p.isEditor ? n / o_.editors : 0;
            p.place = p.isEditor ? n % o_.editors : n - o_.quotes * o_.editors;
            u64 line = p.isEditor ? p.place : o_.editors + p.place;
            p.ws.open(o_.url, o_.echo ? "/ws" : "/ws/quotes/" + quoteId(p.quote), tokens_[line % tokens_.size()]);
            epoll_event e{};
            e.events = EPOLLIN;
            e.data.u64 = n;
            epoll_ctl(ep_, EPOLL_CTL_ADD, p.ws.fd(), &e);
            p.awaits = o_.shouts > 0 ? 2 : 1;
            if (o_.echo || o_.shouts > 0)
                p.ws.sendText("{\"type\":\"channel:subscribe\",\"channel\":\"" + room(p.quote) + "\"}");
            receive(p);
            if (n % 16 == 0) until(nowNs(), nullptr);
        }
        if (!until(nowNs() + 60 * kSecond, [&] { return ready_ == end; }))
            die(std::to_string(end - ready_) + " connections never got ready");
    }

    // A quote is there from its first write on; that write is not what is measured.
    void beginQuotes() {
        for (u64 q = 0; q < o_.quotes; ++q)
            people_[q * o_.editors].ws.sendText("{\"type\":\"field:update\",\"id\":" + std::to_string(kBeginId) +
                                                ",\"field\":\"" + o_.fieldList.back() + "\",\"value\":\"begun\"}");
        if (!until(nowNs() + 60 * kSecond, [&] { return begun_ == o_.quotes; })) die("the quotes did not begin");
    }

    string quoteId(u64 quote) const {
        char b[64];
        snprintf(b, sizeof b, "%08x-%04x-4000-8000-%012llx", unsigned(o_.seed >> 16), unsigned(o_.seed & 0xffff),
                 static_cast<unsigned long long>(quote));
        return b;
    }
    string room(u64 quote) const { return "room:" + std::to_string(o_.seed) + "-" + std::to_string(quote); }

    void receive(Person& p) {
        bool was = p.ws.isOpen();
        rx_ = nowNs();
        p.ws.receive([&](const char* text, size_t n) { onText(p, text, n); });
        if (was && !p.ws.isOpen()) ++closed_[p.ws.closedBecause()];
    }

    // Serves everybody until the deadline (false) or a true done() (true), and sends what is due on the way.
    bool until(u64 deadline, const std::function<bool()>& done) {
        epoll_event ev[512];
        bool once = true;
        while (!g_stop && (once || nowNs() < deadline)) {
            once = false;
            u64 next = std::min(deadline, sendDue());
            if (done && done()) return true;
            u64 now = nowNs();
            timespec wait{0, long(next > now ? std::min(next - now, kSecond / 20) : 0)};
            int n = epoll_pwait2(ep_, ev, 512, &wait, nullptr);
            for (int k = 0; k < n; ++k) receive(people_[ev[k].data.u64]);
            for (auto& p : people_)
                if (p.ws.wantsToWrite()) p.ws.flush();
        }
        return false;
    }

    // ------------------------------------------------------------ what is due

    void schedule(u64 start) {
        start_ = start;
        u64 all = o_.quotes * o_.editors;
        // One editor of every quote after the other, so that a quote's editors are spread over the period.
        for (u64 e = 0; e < o_.editors; ++e)
            for (u64 q = 0; q < o_.quotes; ++q) order_.push_back(q * o_.editors + e);
        if (o_.locks <= 0) return;
        for (u64 k = 0; k < all; ++k) {
            Person& p = people_[order_[k]];
            p.lockDue = start + toNs((double(k) + 0.5) / double(all) / o_.locks);
            lockAt(p, p.lockDue);
        }
    }

    u64 sendDue() {  // answers when something is due next
        if (order_.empty()) return kNever;
        u64 now = nowNs(), next = kNever;
        for (;;) {
            u64 due = start_ + toNs(double(edits_) / (o_.rate * double(order_.size())));
            if (due >= to_) break;
            if (due > now) {
                next = due;
                break;
            }
            edit(people_[order_[edits_++ % order_.size()]], due);
        }
        for (; o_.shouts > 0; ++shouts_) {
            // Between two edits, or both would meet at every moment.
            u64 due = start_ + toNs((double(shouts_) + 0.5) / (o_.shouts * double(order_.size())));
            if (due >= to_) break;
            if (due > now) {
                next = std::min(next, due);
                break;
            }
            shout(people_[order_[shouts_ % order_.size()]], due);
        }
        while (!locksDue_.empty() && locksDue_.begin()->first <= now) {
            Person& p = people_[locksDue_.begin()->second];
            locksDue_.erase(locksDue_.begin());
            lockOrUnlock(p, now);
        }
        return locksDue_.empty() ? next : std::min(next, locksDue_.begin()->first);
    }
    void lockAt(const Person& p, u64 due) {
        if (due < to_) locksDue_.emplace(due, &p - people_.data());
    }

    void edit(Person& p, u64 due) {
        u64 id = p.edits.size();
        p.edits.push_back({due, 0, 0, 0});
        if (due >= from_) lag_.add(nowNs() - due);
        char value[80];
        snprintf(value, sizeof value, "tgE%llu,%llu", static_cast<unsigned long long>(&p - people_.data()),
                 static_cast<unsigned long long>(id));
        ++open_;
        if (o_.echo)
            return p.ws.sendText("{\"type\":\"echo:shout\",\"channel\":\"" + room(p.quote) +
                                 "\",\"id\":" + std::to_string(id) + ",\"field\":\"" + fieldOf(p, id) +
                                 "\",\"value\":\"" + value + "\"}");
        p.ws.sendText("{\"type\":\"field:update\",\"id\":" + std::to_string(id) + ",\"field\":\"" + fieldOf(p, id) +
                      "\",\"value\":\"" + value + "\"}");
    }
    void shout(Person& p, u64 due) {
        u64 id = p.shouts.size();
        p.shouts.push_back({due, 0, 0, 0});
        ++open_;
        char value[80];
        snprintf(value, sizeof value, "tgS%llu,%llu", static_cast<unsigned long long>(&p - people_.data()),
                 static_cast<unsigned long long>(id));
        p.ws.sendText("{\"type\":\"echo:shout\",\"channel\":\"" + room(p.quote) +
                      "\",\"id\":" + std::to_string(kShoutIds + id) + ",\"value\":\"" + value + "\"}");
    }
    // His own field and the shared one in turn.
    const string& fieldOf(const Person& p, u64 id) const {
        return o_
            .fieldList[id % 2 ? std::min<u64>(o_.editors, o_.fieldList.size() - 1) : p.place % o_.fieldList.size()];
    }

    void lockOrUnlock(Person& p, u64 now) {
        if (p.lock == Lock::None) {
            p.lock = Lock::Asked;
            ++open_;
            ask(p, "field:lock", kLockIds + ++p.lockCount);
        } else if (p.lock == Lock::Held) {
            p.lock = Lock::None;
            ++open_;
            ask(p, "field:unlock", kUnlockIds + p.lockCount);
            p.lockDue = std::max(p.lockDue + toNs(1 / o_.locks), now);
            lockAt(p, p.lockDue);
        }
    }
    void ask(Person& p, const char* type, u64 id) {
        string head = o_.echo
                          ? "{\"type\":\"echo:shout\",\"channel\":\"" + room(p.quote) + "\",\"asks\":\"" + type + '"'
                          : string("{\"type\":\"") + type + '"';
        p.ws.sendText(head + ",\"id\":" + std::to_string(id) + ",\"field\":\"" +
                      o_.fieldList[p.place % o_.fieldList.size()] + "\"}");
    }

    // ------------------------------------------------------------ what comes

    void onText(Person& p, const char* m, size_t n) {
        ++messages_;
        if (!p.ready) {
            const bool subscribed = (o_.echo || o_.shouts > 0) && holds(m, n, "\"channel:subscribed\"");
            const bool joined = !o_.echo && holds(m, n, "\"session:joined\"");
            if (subscribed || joined) {
                p.ready = --p.awaits == 0;
                ready_ += p.ready;
            } else if (holds(m, n, "\"type\":\"error\""))
                die("not joined: " + string(m, n));
            return;
        }
        int64_t ref = p.isEditor ? numberAfter(m, n, "\"ref\"") : -1;
        if (ref >= 0)
            onAnswer(p, u64(ref), m, n);
        else if (const char* at = static_cast<const char*>(memmem(m, n, "tgE", 3)))
            onDelivery(p, at, m, n);
        else if (const char* shouted = static_cast<const char*>(memmem(m, n, "tgS", 3)))
            onShout(p, shouted, m, n);
        else if (p.isEditor && p.lock == Lock::Held && holds(m, n, "\"field:unlocked\"") && isMine(p, m, n)) {
            ++locksLost_;
            p.lock = Lock::None;
        }
    }
    // Own fields are nobody else's, so what ended on it unasked was this editor's lock.
    bool isMine(const Person& p, const char* m, size_t n) const {
        return textAfter(m, n, "\"field\"") == o_.fieldList[p.place % o_.fieldList.size()];
    }

    void onAnswer(Person& p, u64 id, const char* m, size_t n) {
        if (id >= kShoutIds) return onShoutAnswer(p, id - kShoutIds, m, n);
        if (id < kLockIds) return onEditAnswer(p, id, m, n);
        if (id == kBeginId) {
            if (!holds(m, n, "\"field:updated\"")) die("a quote did not begin: " + string(m, n));
            ++begun_;
            return;
        }
        --open_;
        bool good = o_.echo || holds(m, n, id < kUnlockIds ? "\"field:locked\"" : "\"field:unlocked\"");
        if (!good) ++refused_[string(id < kUnlockIds ? "lock " : "unlock ") + textAfter(m, n, "\"code\"")];
        if (id >= kUnlockIds) {
            locksLost_ += !good;
            return;
        }
        p.lock = good ? Lock::Held : Lock::None;
        if (!good) {
            p.lockDue += toNs(1 / o_.locks);
            return lockAt(p, p.lockDue);
        }
        locksDue_.emplace(p.lockDue + toNs(0.5 / o_.locks), &p - people_.data());
        ++locks_;
        if (p.lockDue >= from_) lockLatency_.add(p.lockDue, rx_ - p.lockDue);
    }

    void onEditAnswer(Person& p, u64 id, const char* m, size_t n) {
        if (id >= p.edits.size() || p.edits[id].state) {
            ++unmatched_;
            return;
        }
        Edit& e = p.edits[id];
        --open_;
        if (!holds(m, n, o_.echo ? "\"echo:shouted\"" : "\"field:updated\"")) {
            e.state = 'r';
            ++refused_[textAfter(m, n, "\"code\"")];
            return;
        }
        e.state = 'a';
        ++acknowledged_;
        checkOrder(p, m, n);
        awaited_ += expected(p) - std::min<u64>(expected(p), seen(e));
        if (e.due < from_) return;
        ++inWindow_;
        answer_.add(e.due, rx_ - e.due);
    }

    // Whose edit or shout of this quote is named behind the mark, and which; counted when there is none.
    Edit* named(const Person& p, const char* at, const char* m, size_t n, std::vector<Edit> Person::*sent, u64& who,
                u64& id) {
        unsigned long long author = 0, number = 0;
        if (sscanf(string(at + 3, std::min<size_t>(48, size_t(m + n - at - 3))).c_str(), "%llu,%llu", &author,
                   &number) != 2 ||
            author >= people_.size() || number >= (people_[author].*sent).size() || people_[author].quote != p.quote) {
            ++unmatched_;
            return nullptr;
        }
        who = author;
        id = number;
        return &(people_[author].*sent)[number];
    }

    void onDelivery(Person& p, const char* at, const char* m, size_t n) {
        u64 who = 0, id = 0;
        Edit* found = named(p, at, m, n, &Person::edits, who, id);
        if (!found) return;
        Edit& e = *found;
        const Person& author = people_[who];
        checkOrder(p, m, n);
        if (&author == &p) {
            ++duplicated_;
            return;
        }  // his copy carries his ref
        if (p.isEditor) {
            if (e.seenBy >> p.place & 1) {
                ++duplicated_;
                return;
            }
            e.seenBy |= 1ull << p.place;
        } else if (!p.heard.insert(who << 32 | id).second) {
            ++duplicated_;
            return;
        } else
            ++e.viewers;
        if (e.state == 'a' && awaited_ > 0) --awaited_;
        if (e.due >= from_) viewer_.add(e.due, rx_ - e.due);
    }

    void onShoutAnswer(Person& p, u64 id, const char* m, size_t n) {
        if (id >= p.shouts.size() || p.shouts[id].state || !holds(m, n, "\"echo:shouted\"")) {
            ++unmatched_;
            return;
        }
        Edit& shout = p.shouts[id];
        --open_;
        shout.state = 'a';
        awaited_ += expected(p) - std::min<u64>(expected(p), seen(shout));
        if (shout.due >= from_) shoutAnswer_.add(shout.due, rx_ - shout.due);
    }
    void onShout(Person& p, const char* at, const char* m, size_t n) {
        u64 who = 0, id = 0;
        Edit* found = named(p, at, m, n, &Person::shouts, who, id);
        if (!found) return;
        Edit& shout = *found;
        if (&people_[who] == &p || (shout.seenBy >> p.place & 1)) {
            ++duplicated_;
            return;
        }
        shout.seenBy |= 1ull << p.place;
        if (shout.state == 'a' && awaited_ > 0) --awaited_;
        if (shout.due >= from_) shoutViewer_.add(shout.due, rx_ - shout.due);
    }

    void checkOrder(Person& p, const char* m, size_t n) {
        int64_t revision = o_.echo ? -1 : numberAfter(m, n, "\"revision\"");
        if (revision < 0) return;
        if (revision <= p.lastRevision) ++disorder_;
        p.lastRevision = std::max(p.lastRevision, revision);
    }

    u64 expected(const Person& author) const { return o_.editors - 1 + (author.quote == 0 ? o_.viewers : 0); }
    static u64 seen(const Edit& e) { return u64(__builtin_popcountll(e.seenBy)) + e.viewers; }
    u64 lost() const { return awaited_; }

    // ------------------------------------------------------------ report

    void report(double own, double machine) {
        u64 lostCount = 0, unanswered = 0, refused = 0, ghosts = 0, lostShouts = 0, unansweredShouts = 0;
        for (auto& p : people_) {
            for (auto& e : p.shouts) {
                if (e.state == 'a') lostShouts += expected(p) - std::min<u64>(expected(p), seen(e));
                if (!e.state) ++unansweredShouts;
            }
            for (auto& e : p.edits) {
                if (e.state == 'a') lostCount += expected(p) - std::min<u64>(expected(p), seen(e));
                if (!e.state) ++unanswered;
                if (e.state == 'r' && seen(e)) ++ghosts;  // refused, and yet told to others
            }
        }
        for (auto& kv : refused_) refused += kv.second;
        double user = u1_.user - u0_.user, sys = u1_.sys - u0_.sys, cpu = user + sys,
               per = inWindow_ ? 1e6 / double(inWindow_) : 0;
        r_.str("mode", o_.echo ? "echo" : "edits");
        r_.nums({{"quotes", o_.quotes},
                 {"editors", o_.editors},
                 {"viewers", o_.viewers},
                 {"rate_asked", o_.rate * double(order_.size())},
                 {"rate", double(inWindow_) / o_.duration},
                 {"sent", edits_},
                 {"acknowledged", acknowledged_},
                 {"in_window", inWindow_}});
        r_.nums({{"lost", lostCount},
                 {"lost_shouts", lostShouts},
                 {"unanswered_shouts", unansweredShouts},
                 {"duplicated", duplicated_},
                 {"out_of_order", disorder_},
                 {"refused_but_told", ghosts},
                 {"unanswered", unanswered},
                 {"unanswered_locks", open_ - std::min(open_, unanswered + unansweredShouts)},
                 {"unmatched", unmatched_},
                 {"refused", refused},
                 {"locks_granted", locks_},
                 {"locks_lost", locksLost_},
                 {"messages_in", messages_}});
        r_.counts("refused_by_code", refused_);
        r_.counts("closed_by_server", closed_);
        speed_.stop();
        auto any = [](u64) { return true; };
        auto calm = [this](u64 due) { return !speed_.isDisturbed(due); };
        r_.hist("edit_answer", answer_.histogram(any));
        r_.hist("edit_viewer", viewer_.histogram(any));
        r_.hist("lock", lockLatency_.histogram(any));
        if (o_.shouts > 0) {
            r_.hist("shout_answer", shoutAnswer_.histogram(any));
            r_.hist("shout_viewer", shoutViewer_.histogram(any));
            r_.hist("calm_shout_answer", shoutAnswer_.histogram(calm));
            r_.hist("calm_shout_viewer", shoutViewer_.histogram(calm));
        }
        r_.hist("calm_edit_answer", answer_.histogram(calm));
        r_.hist("calm_edit_viewer", viewer_.histogram(calm));
        r_.hist("calm_lock", lockLatency_.histogram(calm));
        r_.group("machine", {{"slow_share", speed_.slowShare(from_, to_)},
                             {"disturbed_share", speed_.disturbedShare(from_, to_)}});
        r_.hist("send_lag", lag_);
        r_.group("client", {{"cpu_share", own / o_.duration}});
        if (probe_.enabled())
            r_.group("server", {{"cpu_s", cpu},
                                {"cpu_share", cpu / o_.duration},
                                {"cpu_us_per_edit", cpu * per},
                                {"user_us_per_edit", user * per},
                                {"sys_us_per_edit", sys * per},
                                {"other_cpu_share", (machine - own - cpu) / o_.duration}});
        r_.finish();
    }

    const Options& o_;
    ServerProbe probe_;
    std::vector<Person> people_;
    std::vector<string> tokens_;
    std::vector<u64> order_;
    int ep_ = -1;
    u64 rx_ = 0, start_ = 0, from_ = 0, to_ = 0;
    std::multimap<u64, u64> locksDue_;
    u64 ready_ = 0, begun_ = 0, edits_ = 0, shouts_ = 0, open_ = 0, acknowledged_ = 0, inWindow_ = 0, awaited_ = 0;
    u64 duplicated_ = 0, disorder_ = 0, unmatched_ = 0, locks_ = 0, locksLost_ = 0, messages_ = 0;
    MachineSpeed speed_;
    Latencies answer_, viewer_, lockLatency_, shoutAnswer_, shoutViewer_;
    Histogram lag_;
    std::map<string, u64> refused_, closed_;
    Usage u0_, u1_;
    Report r_;
};

}  // namespace

int main(int argc, char** argv) {
    Options o;
    o.parse(argc, argv);
    rlimit r;
    getrlimit(RLIMIT_NOFILE, &r);
    r.rlim_cur = r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
    if (o.quotes * o.editors + o.viewers + 16 > r.rlim_cur) die("the open-files limit is too low");
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, [](int) { g_stop = 1; });
    signal(SIGTERM, [](int) { g_stop = 1; });
    setvbuf(stdout, nullptr, _IOLBF, 0);
    return Run(o).run();
}
