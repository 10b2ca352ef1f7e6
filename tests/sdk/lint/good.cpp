// What g++ 12 compiles well: the lint must say nothing.
#include <tidegate/plugin.hpp>

#include <functional>
#include <memory>

namespace {

struct Opt {
    std::string a;
    int b = 0;
};
Opt make(int n) { return Opt{"a", n}; }

class P final : public tg::Plugin {
public:
    tg::Task<int> num(int n) { co_return n; }
    tg::Task<std::string> text(std::string s) { co_return s; }
    tg::Task<std::pair<std::string, int>> pair() { co_return std::pair<std::string, int>("a", 1); }
    tg::Task<int> size(std::optional<std::string> s) { co_return s ? 1 : 0; }
    tg::Task<int> owner(std::unique_ptr<int> p) { co_return *p; }
    tg::Task<int> plain(Opt o) { return num(o.b); }
    template <class F>
    tg::Task<int> call(F f) {
        return num(f());
    }

    tg::Task<> all(int i) {
        int sum = co_await num(i) + co_await num(2);
        const std::string s = "k" + std::to_string(co_await num(i)) + co_await text("z" + std::to_string(i));
        sum += co_await size(s) + co_await size(std::string("abc"));
        sum += co_await owner(std::make_unique<int>(3));
        auto [a, b] = co_await pair();
        sum += static_cast<int>(a.size()) + b;
        sum += i ? co_await num(1) : co_await num(2);
        if (i > 0 && co_await num(i) > 3) sum++;
        while (co_await num(i) > 100) sum++;
        switch (co_await num(i)) {
            case 0:
                co_await tg::Exec::sleep(1);
                break;
            default:
                sum++;
        }
        Opt named{s, 3};
        sum += co_await plain(std::move(named));
        sum += co_await plain(make(i));
        auto work = [s] { return static_cast<int>(s.size()); };
        sum += co_await call(std::move(work));
        sum += co_await call([] { return 1; });
        auto more = [s] { return s.size(); };
        auto blocked = co_await tg::Exec::blocking(more);
        auto document = co_await tg::Docs::get("quote", s);
        auto patched =
            co_await tg::Docs::patch(tg::Patch("quote", s).set("a", "1").actor(std::string(s)).event("e", "{}"));
        auto offset =
            co_await tg::Channel::publish(tg::Publication("quote:" + s, "{}").recorded().author(tg::Session(1), "{}"));
        auto page = co_await tg::Docs::list(tg::Query("quote").where("status", s).limit(3));
        auto grant = co_await tg::Leases::acquire(tg::LeaseRequest("quote:" + s).path("a").holder(s).ttl_ms(5000));
        auto versions = co_await tg::Docs::versions("quote", s, tg::VersionQuery().after(2).newest_first());
        auto noted = co_await tg::Docs::patch(
            tg::Patch("quote", s).set("a", "1", 7).publish(tg::Publication("quote:" + s, "{}").recorded()));
        auto released = co_await tg::Leases::release(tg::LeaseMatch("quote:" + s).holder(s));
        auto here = co_await tg::Presence::join(tg::PresenceEntry("quote:" + s).user(s).session(tg::Session(1)));
        if (grant && versions && noted && released && here) sum++;
        if (document && patched && offset && page && blocked) co_await tg::Exec::sleep(static_cast<unsigned>(sum));
        auto v = co_await num(i);
        Opt later{s, v};
        co_await tg::Exec::sleep(static_cast<unsigned>(later.b));
    }
    tg::Task<> on_message(tg::Message m) {
        auto d = co_await tg::Docs::get("quote", m.channel());
        if (!d) {
            m.fail(d.status());
            co_return;
        }
        m.reply(d->json());
    }
};

}  // namespace
