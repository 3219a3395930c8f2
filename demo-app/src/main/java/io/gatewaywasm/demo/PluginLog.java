package io.gatewaywasm.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.stereotype.Component;

/**
 * The last log lines of filters, for the page. They are also in the application's log.
 * Starts to listen before other beans are created, because one of them starts filters.
 */
@Component
final class PluginLog extends AppenderBase<ILoggingEvent> implements BeanFactoryPostProcessor, DisposableBean {

	private static final String PREFIX = "gateway.wasm.plugin";

	private static final int CAPACITY = 500;

	private final Deque<PluginLogLine> lines = new ArrayDeque<>();

	private long last;

	PluginLog() {
		setName("page");
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		if (LoggerFactory.getLogger(PREFIX) instanceof Logger logger) {
			setContext(logger.getLoggerContext());
			start();
			logger.addAppender(this);
		}
	}

	@Override
	public void destroy() {
		if (LoggerFactory.getLogger(PREFIX) instanceof Logger logger) {
			logger.detachAppender(this);
		}
		stop();
	}

	@Override
	protected void append(ILoggingEvent event) {
		String plugin = event.getLoggerName().substring(Math.min(event.getLoggerName().length(), PREFIX.length() + 1));
		synchronized (this.lines) {
			this.lines.add(new PluginLogLine(++this.last, event.getInstant(), event.getLevel().toString(), plugin,
					event.getMDCPropertyMap().get("context"), event.getFormattedMessage()));
			if (this.lines.size() > CAPACITY) {
				this.lines.remove();
			}
		}
	}

	/** Returns lines of one plugin. */
	List<PluginLogLine> lines(String plugin, long after) {
		synchronized (this.lines) {
			return this.lines.stream().filter((line) -> line.plugin().equals(plugin) && line.number() > after).toList();
		}
	}

}
