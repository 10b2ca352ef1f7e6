// expect: does nothing until it is awaited
#include "prelude.hpp"
class P final : public tg::Plugin { public: tg::Task<> g() { co_await tg::Exec::sleep(1); } tg::Task<> f() { g(); co_await tg::Exec::sleep(1); } };
