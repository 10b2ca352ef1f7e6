// expect: a lambda cannot be a tg::Task coroutine
#include "prelude.hpp"
class P final : public tg::Plugin { public: void f() { int n = 3; auto g = [n]() -> tg::Task<int> { co_await tg::Exec::sleep(1); co_return n; }; (void)g; } };
