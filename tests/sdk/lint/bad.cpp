// Every line marked BAD is silently miscompiled by g++ 12, or crashes it; each must be found.
#include <tidegate/plugin.hpp>

#include <array>
#include <functional>

namespace {

struct Opt {
    std::string a;
    int b = 0;
};
class Wrap {
public:
    explicit Wrap(Opt o) : o_(std::move(o)) {}
    int n() const { return o_.b; }

private:
    Opt o_;
};

class P final : public tg::Plugin {
public:
    tg::Task<int> num(int n) { co_return n; }
    tg::Task<std::string> text() { co_return std::string("a"); }
    tg::Task<int> by_value(Opt o) { return num(o.b); }
    tg::Task<int> by_reference(const Opt& o) { return num(o.b); }
    tg::Task<int> by_default(Opt o = {}) { return num(o.b); }
    tg::Task<int> by_function(std::function<int()> f) { return num(f()); }
    tg::Task<int> by_array(std::array<std::string, 2> a) { return num(static_cast<int>(a[0].size())); }
    tg::Task<int> by_wrap(Wrap w) { return num(w.n()); }
    template <class F>
    tg::Task<int> by_template(F f) {
        return num(f());
    }

    tg::Task<> all(int i) {
        std::string s("x");
        int sum = co_await by_value({s, 3});                                // BAD
        sum += co_await by_value(Opt{.a = s, .b = 3});                      // BAD
        sum += co_await by_value(Opt(s, 3));                                // BAD
        sum += co_await by_reference(Opt{s, 3});                            // BAD
        sum += co_await by_default();                                       // BAD
        sum += co_await by_array({s, s});                                   // BAD
        sum += co_await by_wrap(Wrap(Opt{s, 3}));                           // BAD
        sum += co_await by_function([s] { return 1; });                     // BAD
        sum += co_await by_template([s] { return 1; });                     // BAD
        sum += co_await by_template([c = std::string("y")] { return 1; });  // BAD
        Opt designated{.a = co_await text(), .b = 3};                       // BAD
        Opt parens(s, co_await num(3));                                     // BAD
        designated = Opt{co_await text(), 3};                               // BAD
        int statement = ({ auto r = co_await num(i); r + 1; });             // BAD
        co_await tg::Exec::sleep(static_cast<unsigned>(sum + statement + parens.b + designated.b));
    }
    tg::Task<Opt> returned() {
        co_return Opt{co_await text(), 3};  // BAD
    }
};

}  // namespace
