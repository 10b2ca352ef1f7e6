// expect: takes no over-aligned parameter
#include "prelude.hpp"
class Wide { public: Wide() {} alignas(64) int n = 0; }; class P final : public tg::Plugin { public: tg::Task<> f(Wide w) { co_await tg::Exec::sleep(static_cast<unsigned>(w.n)); } };
