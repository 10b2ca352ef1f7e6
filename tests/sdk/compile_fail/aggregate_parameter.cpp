// expect: takes no non-trivial aggregate
#include "prelude.hpp"
struct Opt { std::string a; int b = 0; }; class P final : public tg::Plugin { public: tg::Task<> f(Opt o) { co_await tg::Exec::sleep(o.a.size()); } };
