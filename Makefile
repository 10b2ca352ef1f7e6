# Names only: what is done stands in CMakePresets.json and packaging/.
PRESET ?= release
# Left out: files that are test data (code that must not compile or be linted), and load tools that share no code with us.
SOURCES = git ls-files -z -- '*.cpp' '*.hpp' '*.c' '*.h' ':!tests/sdk/compile_fail' ':!tests/sdk/lint' ':!bench/load'

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help deps run build test bench lint docs soak clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

deps:
	packaging/install-deps.sh

run: build ## build, start on config/dev.yaml, print the page's address and a token per demo user
	packaging/run-dev.sh

build: deps ## what ships, into build/release
	cmake --preset release
	cmake --build --preset release

test: deps ## every test of PRESET (release, dev, asan, tsan); with release also the second compiler and the coroutine lint
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET)
	ctest --preset $(PRESET) --parallel 2 --output-on-failure --label-exclude fuzz
ifeq ($(PRESET),release)
	cmake --preset plugins-clang
	cmake --build --preset plugins-clang
	ctest --preset plugins-clang --parallel 2 --output-on-failure --label-exclude fuzz
endif

bench: deps ## the micro benchmarks; bench/load measures the whole server
	cmake --preset release
	cmake --build --preset release --target benchmarks
	set -e; for bench in build/release/bin/*_bench; do echo "== $$bench"; $$bench; done

lint: deps ## the format of every tracked source, and the coroutine rules
	$(SOURCES) | xargs -0 clang-format-16 --dry-run -Werror
	cmake --preset plugins-clang
	ctest --preset plugins-clang --label-regex lint

docs: deps ## write the golden files and the generated documents anew; read the difference before you commit it
	cmake --preset release
	cmake --build --preset release
	TIDEGATE_UPDATE_GOLDEN=1 ctest --preset release --label-regex golden

soak: deps ## the long ones: 1,000 reloads under load, ten minutes of fuzzing, AddressSanitizer and ThreadSanitizer
	packaging/soak.sh

clean: ## remove build/
	rm -rf build
